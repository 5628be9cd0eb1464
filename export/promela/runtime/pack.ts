/**
 * What SPIN stores of a state: most of a state's words are 0, and those are left out. Of each run of 64 words there is one whose bits
 * say which are not 0, then these.
 */
export const packed = `
enum { STATE_WORDS = sizeof(HState) / 8, STATE_RUNS = (STATE_WORDS + 63) / 64, PACKED_WORDS = STATE_RUNS + STATE_WORDS / 4 + 64 };
typedef struct HPacked {
  unsigned long long words[PACKED_WORDS];
} HPacked;
`;

export const pack = `
static HState P;        /* the present state, unpacked */
static HPacked h_seen;  /* of what it was unpacked */
static int h_seenwords;
/* Unpacks the present state, unless it was the last to be. */
static void h_unpack(void) {
  unsigned long long *to = (unsigned long long *) &P, bits;
  int run, i, at = 0;
  if (h_seenwords > 0 && memcmp(h_seen.words, now.S.words, sizeof(HPacked)) == 0) return;
  h_seen = now.S;
  memset(&P, 0, sizeof(P));
  for (run = 0; run < STATE_RUNS; run++) {
    for (bits = h_seen.words[at++], i = 0; bits != 0; bits >>= 1, i++) if ((bits & 1) != 0) to[run * 64 + i] = h_seen.words[at++];
  }
  h_seenwords = at;
}
/* Makes a state the present one. 0 if there is no room for it. */
static int h_pack(HState *state) {
  unsigned long long *from = (unsigned long long *) state, bits;
  int run, i, at = 0, head;
  for (run = 0; run < STATE_RUNS; run++) {
    if (at + 65 > PACKED_WORDS) return 0;
    head = at++;
    for (bits = 0, i = 0; i < 64 && run * 64 + i < STATE_WORDS; i++) {
      if (from[run * 64 + i] == 0) continue;
      bits |= 1ULL << i;
      now.S.words[at++] = from[run * 64 + i];
    }
    now.S.words[head] = bits;
  }
  for (; at < PACKED_WORDS; at++) now.S.words[at] = 0;
  return 1;
}
`;
