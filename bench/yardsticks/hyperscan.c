/* Yardstick: Hyperscan over files with the patterns of patterns.txt, one thread, block mode.
 * Usage: hyperscan PATTERNS FOLDER ROUNDS [starts]
 * Prints megabytes per second of processor time, and the number of matches. Files are read before the clock starts.
 * Build: cc -O2 -o hyperscan hyperscan.c -lhs */
#include <dirent.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long long matches;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx) {
    (void)id, (void)from, (void)to, (void)flags, (void)ctx;
    matches++;
    return 0;
}

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "usage: hyperscan PATTERNS FOLDER ROUNDS [starts]\n"), 2;
    unsigned flag = argc > 4 ? HS_FLAG_SOM_LEFTMOST : 0;
    char line[1024], *patterns[64];
    unsigned ids[64], flags[64], n = 0;
    FILE *f = fopen(argv[1], "r");
    if (!f) return perror(argv[1]), 2;
    while (n < 64 && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        if (!*line) continue;
        patterns[n] = strdup(line), ids[n] = n, flags[n] = flag, n++;
    }
    fclose(f);
    hs_database_t *db;
    hs_compile_error_t *error;
    if (hs_compile_multi((const char *const *)patterns, flags, ids, n, HS_MODE_BLOCK, NULL, &db, &error) != HS_SUCCESS)
        return fprintf(stderr, "pattern %d: %s\n", error->expression, error->message), 2;
    hs_scratch_t *scratch = NULL;
    hs_alloc_scratch(db, &scratch);

    char **texts = NULL;
    size_t *sizes = NULL, files = 0, total = 0;
    DIR *folder = opendir(argv[2]);
    if (!folder) return perror(argv[2]), 2;
    for (struct dirent *e; (e = readdir(folder));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[2], e->d_name);
        FILE *in = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!in) continue;
        fseek(in, 0, SEEK_END);
        size_t size = ftell(in);
        rewind(in);
        texts = realloc(texts, (files + 1) * sizeof *texts), sizes = realloc(sizes, (files + 1) * sizeof *sizes);
        texts[files] = malloc(size), sizes[files] = fread(texts[files], 1, size, in), total += sizes[files], files++;
        fclose(in);
    }
    int rounds = atoi(argv[3]);
    double best = 1e9;
    for (int r = 0; r < rounds; r++) {
        double began = cpu();
        matches = 0;
        for (size_t i = 0; i < files; i++) hs_scan(db, texts[i], sizes[i], 0, scratch, on_match, NULL);
        double took = cpu() - began;
        if (took < best) best = took;
    }
    printf("hyperscan%s: %.0f MB/s, %llu matches in %.1f MB\n", flag ? " with starts" : "", total / best / 1e6, matches, total / 1e6);
    return 0;
}
