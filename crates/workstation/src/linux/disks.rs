//! Whether the devices under the root, under home and of the swap are encrypted: by the kernel's own account of them.

use std::collections::BTreeSet;

use crate::machine::Machine;
use crate::report::{Answer, Check, What};

/// How deep devices may lie on each other.
const DEEPEST: usize = 16;

/// What the kernel says of one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Encrypted,
    Plain,
    Unknown,
}

/// The check.
pub(super) fn encryption(machine: &impl Machine) -> Check {
    let mut check = Check::new(What::DiskEncryption, Answer::Unknown);
    let mut layers = Vec::new();
    let Some(mounts) = machine.read("/proc/self/mounts") else {
        return check.by("/proc/self/mounts", "not readable");
    };
    for place in ["/", "/home"] {
        // The last mount at a place is the one that counts.
        let mounted = mounts.lines().rev().find_map(|line| {
            let mut words = line.split(' ');
            let device = words.next()?;
            (words.next()? == place).then_some(device)
        });
        match mounted {
            Some(device) => {
                let layer = layer(machine, device);
                check = check.by(place, word(layer));
                layers.push(layer);
            }
            None if place == "/" => layers.push(Layer::Unknown),
            // Home lies on the root then.
            None => {}
        }
    }
    for swap in swaps(&machine.read("/proc/swaps").unwrap_or_default()) {
        let layer = if swap.contains("/zram") {
            Layer::Encrypted
        } else {
            layer(machine, swap)
        };
        let fact = if swap.contains("/zram") {
            "in memory"
        } else {
            word(layer)
        };
        check = check.by("swap", fact);
        layers.push(layer);
    }
    check.answer = if layers.contains(&Layer::Plain) {
        Answer::No
    } else if layers.is_empty() || layers.contains(&Layer::Unknown) {
        Answer::Unknown
    } else {
        Answer::Yes
    };
    check
}

fn word(layer: Layer) -> &'static str {
    match layer {
        Layer::Encrypted => "encrypted",
        Layer::Plain => "not encrypted",
        Layer::Unknown => "not told",
    }
}

/// Devices with swap. A file lies on a device that is looked at by itself.
fn swaps(text: &str) -> impl Iterator<Item = &str> {
    text.lines().skip(1).filter_map(|line| {
        let mut words = line.split_whitespace();
        let device = words.next()?;
        (words.next()? == "partition").then_some(device)
    })
}

/// What a device is, by its name in `/dev`.
fn layer(machine: &impl Machine, device: &str) -> Layer {
    let Some(name) = device.strip_prefix("/dev/") else {
        // Network, memory, a pool of its own kind: what is under it cannot be seen here.
        return Layer::Unknown;
    };
    let mapped = name.strip_prefix("mapper/").map(unescaped);
    let block = match mapped {
        Some(wanted) => machine.names("/sys/class/block").into_iter().find(|n| {
            let told = machine.read(&format!("/sys/class/block/{n}/dm/name"));
            told.is_some_and(|t| t.trim() == wanted)
        }),
        None => Some(name.to_owned()),
    };
    match block {
        Some(block) => below(machine, &block, 0, &mut BTreeSet::new()),
        None => Layer::Unknown,
    }
}

/// A mount table writes signs of a name that could be misread as octal numbers.
fn unescaped(name: &str) -> String {
    name.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
}

/// A device, or everything under it: encrypted if each of its parts is somewhere on the way down.
fn below(machine: &impl Machine, block: &str, depth: usize, seen: &mut BTreeSet<String>) -> Layer {
    if depth > DEEPEST || !seen.insert(block.to_owned()) || block.contains('/') || block.contains("..") {
        return Layer::Unknown;
    }
    let folder = format!("/sys/class/block/{block}");
    let uuid = machine.read(&format!("{folder}/dm/uuid"));
    if uuid.is_some_and(|u| u.starts_with("CRYPT-") && !u.starts_with("CRYPT-PLAIN-null")) {
        return Layer::Encrypted;
    }
    let parts = machine.names(&format!("{folder}/slaves"));
    if parts.is_empty() {
        // A device that the kernel knows and that lies on nothing is a disk as it is.
        let known = machine.read(&format!("{folder}/dev")).is_some();
        return if known { Layer::Plain } else { Layer::Unknown };
    }
    let layers: Vec<_> = parts.iter().map(|p| below(machine, p, depth + 1, seen)).collect();
    if layers.contains(&Layer::Plain) {
        Layer::Plain
    } else if layers.contains(&Layer::Unknown) {
        Layer::Unknown
    } else {
        Layer::Encrypted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Fake;
    use crate::report::System;

    /// A volume on LUKS on a partition, and a partition beside it.
    fn machine(mounts: &str, swaps: &str) -> Fake {
        Fake::new(System::Linux)
            .file("/proc/self/mounts", mounts)
            .file("/proc/swaps", &format!("Filename Type Size Used Priority\n{swaps}"))
            .file("/sys/class/block/dm-0/dm/name", "luks-1\n")
            .file("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-00aa-luks-1\n")
            .file("/sys/class/block/dm-0/slaves/sda3", "")
            .file("/sys/class/block/dm-1/dm/name", "vg-root\n")
            .file("/sys/class/block/dm-1/dm/uuid", "LVM-abc\n")
            .file("/sys/class/block/dm-1/slaves/dm-0", "")
            .file("/sys/class/block/sda2/dev", "8:2\n")
            .file("/sys/class/block/sda3/dev", "8:3\n")
    }

    fn answer(mounts: &str, swaps: &str) -> Answer {
        encryption(&machine(mounts, swaps)).answer
    }

    #[test]
    fn layers_are_followed_down() {
        let root = "proc /proc proc rw 0 0\n/dev/mapper/vg-root / ext4 rw 0 0\n";
        assert_eq!(answer(root, ""), Answer::Yes);
        assert_eq!(answer("/dev/sda2 / ext4 rw 0 0\n", ""), Answer::No);
        assert_eq!(answer(&format!("{root}/dev/sda2 /home ext4 rw 0 0\n"), ""), Answer::No);
        assert_eq!(
            answer(&format!("{root}/dev/mapper/luks-1 /home ext4 rw 0 0\n"), ""),
            Answer::Yes
        );
        assert_eq!(
            answer(root, "/dev/sda2 partition 1 0 -2\n"),
            Answer::No,
            "what is swapped lies open"
        );
        assert_eq!(
            answer(root, "/dev/zram0 partition 1 0 -2\n/swapfile file 1 0 -3\n"),
            Answer::Yes
        );
        assert_eq!(answer("overlay / overlay rw 0 0\n", ""), Answer::Unknown);
        assert_eq!(answer("/dev/mapper/gone / ext4 rw 0 0\n", ""), Answer::Unknown);
        assert_eq!(answer("", ""), Answer::Unknown);
        // Mounted over: the later one is what a person works on.
        assert_eq!(answer(&format!("/dev/sda2 / ext4 rw 0 0\n{root}"), ""), Answer::Yes);
    }

    #[test]
    fn devices_that_lie_on_themselves_end() {
        let fake = Fake::new(System::Linux)
            .file("/proc/self/mounts", "/dev/dm-8 / ext4 rw 0 0\n")
            .file("/sys/class/block/dm-8/slaves/dm-9", "")
            .file("/sys/class/block/dm-9/slaves/dm-8", "");
        assert_eq!(encryption(&fake).answer, Answer::Unknown);
    }
}
