/* The compiled backend of refvps.kernels: loops over run lengths and over words of bits. Plain C99,
   no allocation. */

#include <stdint.h>

#define FIRST_CHARACTER 48
#define LAST_CHARACTER 111
#define MORE 0x20
#define SIGN 0x10
#define DATA 0x1f
#define MOST_GROUPS 7

/* Reads one string of compressed run lengths, background first. Returns how many foreground runs
   were written, or -1 if the string is malformed or does not cover the frame exactly. */
static int64_t read_frame(const uint8_t *text, const uint8_t *end, int64_t base, int64_t pixels,
                          int64_t *starts, int64_t *ends)
{
    int64_t before[2] = {0, 0}; /* the last run, and the one before it */
    int64_t place = 0, index = 0, runs = 0;

    if (text == end) return -1;
    while (text < end) {
        int64_t value = 0;
        int groups = 0, group;
        do {
            if (text == end || groups == MOST_GROUPS) return -1;
            if (*text < FIRST_CHARACTER || *text > LAST_CHARACTER) return -1;
            group = *text++ - FIRST_CHARACTER;
            value |= (int64_t)(group & DATA) << (5 * groups++);
        } while (group & MORE);
        if (group & SIGN) value -= (int64_t)1 << (5 * groups);
        if (index > 2) value += before[1];
        if (value < 0 || value > pixels - place) return -1;
        if (index & 1) {
            starts[runs] = base + place;
            ends[runs++] = base + place + value;
        }
        place += value;
        before[1] = before[0];
        before[0] = value;
        index++;
    }
    return place == pixels ? runs : -1;
}

/* Reads the strings of all frames, laid end to end. Writes the places of foreground runs, counted
   on from frame to frame, and the first run of each frame. Returns 0, or -1 at anything odd. */
int64_t refvps_read_counts(const uint8_t *text, const int64_t *lengths, int64_t frames,
                           int64_t pixels, int64_t *starts, int64_t *ends, int64_t *first)
{
    int64_t frame, runs = 0;

    first[0] = 0;
    for (frame = 0; frame < frames; frame++) {
        int64_t found = read_frame(text, text + lengths[frame], frame * pixels, pixels,
                                   starts + runs, ends + runs);
        if (found < 0) return -1;
        runs += found;
        text += lengths[frame];
        first[frame + 1] = runs;
    }
    return 0;
}

/* Counts the pixels that are in runs of both tracks, frame by frame. */
void refvps_shared(const int64_t *starts, const int64_t *ends, const int64_t *first,
                   const int64_t *other_starts, const int64_t *other_ends,
                   const int64_t *other_first, int64_t frames, int64_t *shared)
{
    int64_t frame;

    for (frame = 0; frame < frames; frame++) {
        int64_t one = first[frame], other = other_first[frame], total = 0;
        while (one < first[frame + 1] && other < other_first[frame + 1]) {
            int64_t start = starts[one] > other_starts[other] ? starts[one] : other_starts[other];
            int64_t end = ends[one] < other_ends[other] ? ends[one] : other_ends[other];
            if (end > start) total += end - start;
            if (ends[one] < other_ends[other]) one++; else other++;
        }
        shared[frame] = total;
    }
}

#define WORD_BITS 64

static int64_t smaller(int64_t one, int64_t other) { return one < other ? one : other; }
static int64_t larger(int64_t one, int64_t other) { return one > other ? one : other; }

static int64_t count_bits(uint64_t word)
{
    word -= (word >> 1) & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (int64_t)((word * 0x0101010101010101u) >> 56);
}

/* For each pixel of a line: is it, or the next of the line, set; are both. Past the edge a line
   goes on as it ends. */
static void pair_line(const uint64_t *words, const uint64_t *ignored, int64_t across,
                      int64_t pixels, uint64_t *kept, uint64_t *some, uint64_t *every)
{
    uint64_t last = (uint64_t)1 << ((pixels - 1) % WORD_BITS);
    int64_t k;

    for (k = 0; k < across; k++) kept[k] = ignored ? words[k] & ~ignored[k] : words[k];
    kept[across] = kept[across - 1] & last ? (uint64_t)1 << (pixels % WORD_BITS) : 0;
    if (pixels % WORD_BITS) { /* the last pixel again, in the same word */
        kept[across - 1] |= kept[across];
        kept[across] = 0;
    }
    for (k = 0; k < across; k++) {
        uint64_t next = kept[k] >> 1 | kept[k + 1] << (WORD_BITS - 1);
        some[k] = kept[k] | next;
        every[k] = kept[k] & next;
    }
    if (pixels % WORD_BITS) {
        some[across - 1] &= last | (last - 1);
        every[across - 1] &= last | (last - 1);
    }
}

/* Draws the boundary: pixels that are not as all of their right, lower and lower right neighbours.
   Returns whether there is one, and where: top, bottom, first and last pixel of a line. Working
   space is 6 lines and a word. */
static int draw(const uint64_t *words, const uint64_t *ignored, int64_t lines, int64_t across,
                int64_t pixels, uint64_t *boundary, uint64_t *working, int64_t *box)
{
    uint64_t *some = working, *every = some + across, *columns = every + across;
    uint64_t *below = columns + across, *both_below = below + across, *kept = both_below + across;
    int64_t line, k, first = 0, last = across - 1;

    box[0] = lines;
    box[1] = -1;
    for (k = 0; k < across; k++) columns[k] = 0;
    pair_line(words, ignored, across, pixels, kept, some, every);
    for (line = 0; line < lines; line++) {
        uint64_t *drawn = boundary + line * across, any = 0, *swap;
        if (line + 1 < lines) {
            pair_line(words + (line + 1) * across, ignored ? ignored + (line + 1) * across : 0,
                      across, pixels, kept, below, both_below);
        } else {
            for (k = 0; k < across; k++) below[k] = some[k], both_below[k] = every[k];
        }
        for (k = 0; k < across; k++) {
            uint64_t word = (some[k] | below[k]) & ~(every[k] & both_below[k]);
            drawn[k] = word;
            columns[k] |= word;
            any |= word;
        }
        if (any) {
            box[0] = smaller(box[0], line);
            box[1] = line;
        }
        swap = some, some = below, below = swap;
        swap = every, every = both_below, both_below = swap;
    }
    if (box[1] < 0) return 0;
    while (!columns[first]) first++;
    while (!columns[last]) last--;
    box[2] = first * WORD_BITS;
    while (!(columns[first] >> (box[2] % WORD_BITS) & 1)) box[2]++;
    box[3] = last * WORD_BITS + WORD_BITS - 1;
    while (!(columns[last] >> (box[3] % WORD_BITS) & 1)) box[3]--;
    return 1;
}

/* Sets what is up to step < 64 bits to either side of a bit that is set. There is a word before
   the first and one after the last. */
static void widen(const uint64_t *from, uint64_t *to, int64_t count, int64_t step)
{
    int64_t k, rest = WORD_BITS - step;

    for (k = 0; k < count; k++)
        to[k] = from[k] | from[k] << step | from[k - 1] >> rest | from[k] >> step
              | from[k + 1] << rest;
}

/* Sets what lies no farther than the radius from a bit of the boundary, in the lines and words of
   reach. A disk is a stack of runs: each line, widened by the disk's half-width at that distance,
   goes to the lines that far above and below. */
static void spread(const uint64_t *boundary, int64_t across, const int64_t *box,
                   const int64_t *reach, int64_t radius, uint64_t *near, uint64_t *working)
{
    int64_t margin = radius / WORD_BITS + 2, width = reach[3] - reach[2], line, away, k;
    int64_t count = width + 2 * (margin - 1);
    uint64_t *one = working + 1, *other = one + count + 2;
    int64_t *halves = (int64_t *)(other + count + 1);

    for (away = 0; away <= radius; away++) {
        int64_t half = away ? halves[away - 1] : radius;
        while (half * half + away * away > radius * radius) half--;
        halves[away] = half;
    }
    for (k = 0; k < (reach[1] - reach[0]) * width; k++) near[k] = 0;
    one[-1] = one[count] = other[-1] = other[count] = 0;
    for (line = box[0]; line <= box[1]; line++) {
        uint64_t any = 0;
        int64_t reached = 0;
        for (k = 0; k < count; k++) one[k] = 0;
        for (k = box[2] / WORD_BITS; k <= box[3] / WORD_BITS; k++) {
            one[k - reach[2] + margin - 1] = boundary[line * across + k];
            any |= boundary[line * across + k];
        }
        for (away = any ? radius : -1; away >= 0; away--) {
            const uint64_t *row;
            while (reached < halves[away]) {
                int64_t step = smaller(2 * reached + 1, WORD_BITS - 1);
                uint64_t *swap = one;
                step = smaller(step, halves[away] - reached);
                widen(one, other, count, step);
                one = other, other = swap;
                reached += step;
            }
            row = one + margin - 1;
            if (line - away >= reach[0]) {
                uint64_t *into = near + (line - away - reach[0]) * width;
                for (k = 0; k < width; k++) into[k] |= row[k];
            }
            if (line + away < reach[1]) {
                uint64_t *into = near + (line + away - reach[0]) * width;
                for (k = 0; k < width; k++) into[k] |= row[k];
            }
        }
    }
}

/* Finds the boundary of a mask and what lies near it. Returns how many pixels the boundary has.
   The boundary takes as many words as the mask; near at most as many, without gaps, and where says
   which they are: the first line and one past the last, the first word of a line and one past the
   last; first of the boundary, then of near. Working space is 6 lines, 4 words for each 64 pixels
   of the radius, 16 words more, and a word for each pixel of the radius. */
int64_t refvps_contour(const uint64_t *words, const uint64_t *ignored, int64_t lines,
                       int64_t across, int64_t pixels, int64_t radius, uint64_t *boundary,
                       uint64_t *near, uint64_t *working, int64_t *where)
{
    int64_t box[4], line, k, total = 0;

    if (!draw(words, ignored, lines, across, pixels, boundary, working, box)) return 0;
    where[0] = box[0];
    where[1] = box[1] + 1;
    where[2] = box[2] / WORD_BITS;
    where[3] = box[3] / WORD_BITS + 1;
    where[4] = larger(box[0] - radius, 0);
    where[5] = smaller(box[1] + radius, lines - 1) + 1;
    where[6] = larger(box[2] - radius, 0) / WORD_BITS;
    where[7] = smaller(box[3] + radius, pixels - 1) / WORD_BITS + 1;
    for (line = where[0]; line < where[1]; line++)
        for (k = where[2]; k < where[3]; k++) total += count_bits(boundary[line * across + k]);
    spread(boundary, across, box, where + 4, radius, near, working);
    return total;
}

/* Transposes 64 by 64 bits: by halves, then by quarters inside them, and so on. */
static void transpose(uint64_t *block)
{
    uint64_t chosen = 0x00000000ffffffffu;
    int64_t step, k;

    for (step = 32; step; step >>= 1, chosen ^= chosen << step) {
        for (k = 0; k < WORD_BITS; k = (k + step + 1) & ~step) {
            uint64_t exchanged = (block[k] >> step ^ block[k + step]) & chosen;
            block[k + step] ^= exchanged;
            block[k] ^= exchanged << step;
        }
    }
}

/* Exchanges rows and columns of a mask whose lines are across words. The turned one has a line for
   each of the pixels and as many words a line as 64 of the lines take. */
void refvps_turned(const uint64_t *words, int64_t lines, int64_t across, int64_t pixels,
                   uint64_t *turned)
{
    int64_t down = (lines + WORD_BITS - 1) / WORD_BITS, line, word, k;
    uint64_t block[WORD_BITS];

    for (line = 0; line < down; line++) {
        int64_t count = smaller(lines - line * WORD_BITS, WORD_BITS);
        for (word = 0; word < across; word++) {
            int64_t columns = smaller(pixels - word * WORD_BITS, WORD_BITS);
            uint64_t any = 0;
            for (k = 0; k < WORD_BITS; k++) {
                block[k] = k < count ? words[(line * WORD_BITS + k) * across + word] : 0;
                any |= block[k];
            }
            if (any) transpose(block);
            for (k = 0; k < columns; k++) turned[(word * WORD_BITS + k) * down + line] = block[k];
        }
    }
}

/* Sets the bits of runs in words that are all 0, across of them for each column. */
void refvps_packed(const int64_t *starts, const int64_t *ends, int64_t runs, int64_t base,
                   int64_t height, int64_t across, uint64_t *words)
{
    int64_t run;

    for (run = 0; run < runs; run++) {
        int64_t column = (starts[run] - base) / height, row = (starts[run] - base) % height;
        int64_t left = ends[run] - starts[run];
        while (left > 0) {
            int64_t bottom = smaller(row + left, height);
            left -= bottom - row;
            while (row < bottom) {
                int64_t count = smaller(bottom - row, WORD_BITS - row % WORD_BITS);
                words[column * across + row / WORD_BITS] |=
                    (~(uint64_t)0 >> (WORD_BITS - count)) << (row % WORD_BITS);
                row += count;
            }
            row = 0;
            column++;
        }
    }
}
