/* The compiled backend of refvps.kernels: two loops over run lengths. Plain C99, no allocation. */

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
