# Sourced by ./run and ./test: finds out what is missing and installs it where it may.
# Everything is said in one line; nothing is installed on systems other than Debian and its relatives, or without root.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$0: $*"; exit 2; }

need_rust() {
  command -v cargo >/dev/null 2>&1 || { [ -x "$HOME/.cargo/bin/cargo" ] && PATH="$HOME/.cargo/bin:$PATH"; }
  command -v cargo >/dev/null 2>&1 || fail "cargo is missing: install Rust 1.95 or later (package rustup, or your distribution's), then start again."
  have=$(rustc --version | sed -E 's/^rustc ([0-9]+)\.([0-9]+).*/\1 \2/')
  # shellcheck disable=SC2086
  set -- $have
  if [ "$1" -lt 1 ] || { [ "$1" -eq 1 ] && [ "$2" -lt 95 ]; }; then
    fail "Rust $1.$2 is too old: Rust 1.95 or later is needed (rustup update)."
  fi
  command -v cc >/dev/null 2>&1 || debian gcc libc6-dev
  command -v cc >/dev/null 2>&1 || fail "a C linker (cc) is missing: install gcc or clang, then start again."
}

# Installs Debian packages when root; elsewhere names them. Never fatal by itself.
debian() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing: $*"
    if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; then
      DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 || true
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        say "Could not be installed (no network?): $*"
    fi
  else
    say "Not installed: $* (as root on Debian: apt-get install $*)"
  fi
}

# The fuzz targets link libFuzzer, which is C++.
need_cxx() {
  command -v c++ >/dev/null 2>&1 || debian g++
  command -v c++ >/dev/null 2>&1 || fail "a C++ compiler (c++) is missing: install g++ or clang, or run ./test --quick."
}

# Text in pictures and scans needs Tesseract; without it they are reported as not read.
want_ocr() {
  if ! command -v tesseract >/dev/null 2>&1 || [ "$(tesseract --list-langs 2>/dev/null | grep -cE '^(vie|rus|chi_sim|eng)$')" -lt 4 ]; then
    debian tesseract-ocr tesseract-ocr-vie tesseract-ocr-rus tesseract-ocr-chi-sim tesseract-ocr-chi-tra
  fi
}

# Tests of time stamps make an authority with OpenSSL; without it they say that they were skipped.
want_openssl() {
  command -v openssl >/dev/null 2>&1 || debian openssl
}

# Printed papers need the fonts of all four languages; without them a PDF is refused with their names.
want_fonts() {
  if [ ! -e /usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf ] || [ ! -e /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc ]; then
    debian fonts-noto-core fonts-noto-cjk
  fi
}

# The pages are tested in a real browser, which Node.js drives.
has_browser() {
  command -v chromium >/dev/null 2>&1 && command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1
}
want_browser() {
  has_browser || debian chromium nodejs npm
}
