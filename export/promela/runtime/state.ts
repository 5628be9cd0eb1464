/** The state of an exported model as C: what SPIN hashes, stores and puts back, and what it only puts back. */
export const state = `
enum {
  T_INT = 0, T_SYM = 1, T_ERR = 2, T_ENT = 3, T_FOLIO = 4, T_PROC = 5, T_VMA = 6, T_THREAD = 7, T_DEV = 8, T_CTX = 9,
  T_SUB = 10, T_LOCK = 11, T_NODE = 12, T_LIST = 13, T_STRUCT = 14, T_TABLE = 15, T_WIDE = 16, T_STR = 17, T_CPU = 18,
  T_REGION = 19, T_FENCE = 20, T_SEQ = 21, T_PLACE = 31
};
enum { H_NONE = 1, H_NO = 33, H_YES = 65, NO_ENTRY = 3 };
enum { S_UNUSED = 0, S_IDLE = 1, S_RUNNING = 2, S_FINISHED = 3 };
enum {
  K_NONE = 0, K_PRESENT = 1, K_ZERO = 2, K_SWAP = 3, K_MIGRATION = 4, K_PRIVATE = 5, K_EXCLUSIVE = 6, K_MARKER = 7,
  K_HWPOISON = 8, K_PROTNONE = 9, K_TABLE = 10
};
enum { EF_WRITABLE = 1, EF_DIRTY = 2, EF_YOUNG = 4, EF_EXCLUSIVE = 8, EF_HUGE = 64, EF_ATOMIC = 128, EF_SPECIAL = 256 };
enum {
  FF_ALLOCATED = 1, FF_DIRTY = 2, FF_UPTODATE = 4, FF_EXCLUSIVE = 8, FF_SWAPBACKED = 16, FF_SWAPCACHE = 32,
  FF_PAGECACHE = 64, FF_WRITEBACK = 128, FF_REFERENCED = 1 << 17, FF_ACTIVE = 1 << 18, FF_UNEVICTABLE = 1 << 19,
  FF_HWPOISON = 1 << 20, FF_KSM = 1 << 21, FF_PRIVATE = 1 << 22
};
enum { LRU_OFF = 0, LRU_ON = 1, LRU_ISOLATED = 2, LRU_BATCH = 3 };
enum { FK_NONE = 0, FK_ANON = 1, FK_FILE = 2, FK_SHMEM = 3, FK_HUGETLB = 4, FK_DRIVER = 5 };
enum { RK_ANON = 0, RK_FILE = 1, RK_SHMEM = 2, RK_HUGETLB = 3, RK_DRIVER = 4 };
enum {
  VF_READABLE = 1, VF_WRITABLE = 2, VF_SHARED = 4, VF_PFNMAP = 8, VF_DONTFORK = 16, VF_WIPEONFORK = 32,
  VF_HUGEPAGE = 64, VF_NOHUGEPAGE = 128, VF_LOCKED = 256, VF_MERGEABLE = 512, VF_ANONVMA = 1024, VF_MIXEDMAP = 2048,
  VF_UFFDMISSING = 1 << 15, VF_RESVOWNER = 1 << 16, VF_RESVUNMAPPED = 1 << 17
};
enum { LC_MMAP = 1, LC_VMA = 2, LC_FOLIO = 3, LC_RMAP = 4, LC_PTL = 5, LC_PMD = 6, LC_CTX = 8, LC_DEV = 12, LC_KERNEL = 16 };
enum { SUB_FREE = 0, SUB_ACTIVE = 1, SUB_INSERTING = 2, SUB_REMOVING = 3 };
enum { PIN_BIAS = 1024, FIRST_FILE = 65536 };

typedef long long V;

/* What a state is: SPIN hashes and compares it. Frames of pages and pages of regions are rows, see the tables. */
typedef struct HState {
  V stack[NSTACK];
  V hcell[NT][NHCELL];
  V vars[NSPACE][NVARS];
  V kvars[NKVARS];
  V scen[NSCEN];
  V pte[NPAGES];
  V mirror[NDEV1][NPAGES];
  V data[NFRAMES];
  V content[NCONTENT][NWORDS];
  V vstart[NVMA];
  V vend[NVMA];
  V vpgoff[NVMA];
  V nstart[NSUB];
  V nend[NSUB];
  V notifier[NCTX];
  V hlock[NHELD];
  V mapping[NFRAMES];
  int frefcount[NFRAMES], fmapcount[NFRAMES], fflags[NFRAMES], ftemps[NFRAMES], fgups[NFRAMES], fpins[NFRAMES];
  int fslot[NFRAMES], fcopied[NFRAMES], fbatch[NFRAMES];
  int fmapped[NFRAMES], fexclusive[NFRAMES], fmigration[NFRAMES];
  int tlb[NCPU1][NPAGES];
  int mtlb[NDEV1][NPAGES];
  int pool_free[NPOOL], pool_isolated[NPOOL];
  int pc[NT], frame[NT], statement[NT], refs[NT], sampledsub[NT], sampledseq[NT];
  short status[NT], process[NT], cpu[NT], device[NT];
  int threads;
  int seq[NPROC], active[NPROC], hasnotifiers[NPROC], rssanon[NPROC], rssfile[NPROC], swapents[NPROC], tlbpending[NPROC];
  int mmstate[NPROC], exists[NPROC];
  int vprocess[NVMA], vflags[NVMA], vregion[NVMA], vroot[NVMA], vnode[NVMA], vfile[NVMA];
  int nstate[NSUB], nwide[NSUB], ncontext[NSUB], nseq[NSUB], norder[NSUB];
  int ctxexists[NCTX], stopped[NCTX];
  int gprocess[NGUP], gpage[NGUP], gpfn[NGUP], gpin[NGUP];
  int swapcount[NSLOT], swapcache[NSLOT];
  int pagecache[NFILEPAGES], shortened[NFILE];
  int fence[NFENCE];
  int isite[NINJ], idevice[NINJ], imode[NINJ], itimes[NINJ], iafter[NINJ], icount;
  int counts[NCOUNTER], progress[NMATCHER];
  int howner[NHELD], hreaders[NHELD];
  short htop[NT], otype[NT][NOBJ], olen[NT][NOBJ];
  unsigned char phase[NT][NOBJ], openrange[NT][NOBJ];
  unsigned char pmdtable[NTABLE];
  unsigned char late[NDEV1][NPAGES];
  int over;
} HState;

/* What follows from a state and only saves looking for it: put back with it, and no part of it. */
typedef struct HHidden {
  int cleared[NPAGES];
  int anon[NPROC];
  unsigned char deferfolio[NFRAMES], deferlru[NFRAMES], deferunused[NFRAMES], defermirror[NDEV1][NPAGES];
  int source[NFRAMES], unused[NFRAMES];
  int callers[NCTX][NT], callbacks[NCTX];
  int atomiccall[NT], runningcall[NSUB], remover[NSUB];
} HHidden;

HState W;          /* the state that a step makes of the present one */
HHidden H;         /* put back by SPIN, not compared */
HHidden WH;        /* what a step makes of it */
`;
