/*
 * Runs a list of memory operations from a file against the kernel's HMM test
 * devices and prints one JSON object an operation. README.md has the language.
 */
#define _GNU_SOURCE
#include "oracle.h"
#include <lib/test_hmm_uapi.h>
#include <mm/gup_test.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAXP 1024
struct shared *sh;
static char *mirror;			/* MAXP pages, prefaulted */
static struct { char name[16]; int fd; } han[8];
static int nhan, pipefd[2] = { -1, -1 }, gupfd = -1, me, notrace;
static const char *const ERR[] = { [EPERM] = "EPERM", [ENOENT] = "ENOENT", [EINTR] = "EINTR", [EIO] = "EIO",
	[ENXIO] = "ENXIO", [EAGAIN] = "EAGAIN", [ENOMEM] = "ENOMEM", [EACCES] = "EACCES", [EFAULT] = "EFAULT",
	[EBUSY] = "EBUSY", [EEXIST] = "EEXIST", [ENODEV] = "ENODEV", [EINVAL] = "EINVAL", [ENOSPC] = "ENOSPC" };

static void *map_private(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	memset(p, 0, n);
	return p;
}

/* ---- labels ---------------------------------------------------------- */
static int kpf(uint64_t pfn, uint64_t *flags, uint64_t *count)
{
	static int ff, fc;

	if (!ff) {
		ff = open("/proc/kpageflags", O_RDONLY);
		fc = open("/proc/kpagecount", O_RDONLY);
	}
	*flags = *count = 0;
	if (pread(fc, count, 8, pfn * 8) < 0) { }
	return pread(ff, flags, 8, pfn * 8) == 8 ? 0 : -1;
}

const char *pfn_label(uint64_t pfn)
{
	uint64_t fl, ct;
	int dev = -1;

	for (int i = 0; i < sh->nlab; i++)
		if (sh->lab[i].key == pfn)
			return sh->lab[i].text;
	if (sh->nlab == MAXLAB)
		return "?";
	for (int i = 0; i < 4; i++)
		if (pfn >= sh->devlo[i] && pfn < sh->devhi[i])
			dev = i;
	struct label *l = &sh->lab[sh->nlab++];

	l->key = pfn;
	if (dev >= 0)
		snprintf(l->text, 16, "d%d.%d", dev, ++sh->count[1 + dev]);
	else if (!kpf(pfn, &fl, &ct) && fl >> 24 & 1)
		snprintf(l->text, 16, "zero");
	else
		snprintf(l->text, 16, "s%d", ++sh->count[0]);
	return l->text;
}

/* a frame that was freed gets a new label when it comes back, since which frame comes back is chance */
void labels_retire(void)
{
	uint64_t fl, ct;

	for (int i = 0; i < sh->nlab; i++)
		if (sh->lab[i].text[0] == 's' && !kpf(sh->lab[i].key, &fl, &ct) && !(fl & (1 << 12 | 1 << 3)))
			sh->lab[i].key = 0;
}

const char *addr_label(uint64_t a, char *b)
{
	/* the end of a range belongs to the region before it */
	for (int pass = 0; pass < 2; pass++)
		for (int i = sh->nreg - 1; i >= 0; i--) {
			struct region *r = &sh->reg[i];

			if (a >= r->base && a < r->base + (r->npages + pass) * PAGE) {
				sprintf(b, "%s+%llu", r->name, (unsigned long long)(a - r->base) / PAGE);
				return b;
			}
		}
	sprintf(b, "outside");
	return b;
}

const char *swp_text(unsigned type, uint64_t off, char *b)
{
	static const char *const n[] = { "mig_read", "mig_read_excl", "mig_write", "dev_write", "dev_read",
		"excl_write", "excl_read", "marker" };

	if (type < 24)
		sprintf(b, "swap");
	else if (type == 31)
		sprintf(b, "marker:%llu", (unsigned long long)off);
	else
		sprintf(b, "%s:%s", n[type - 24], pfn_label(off & ((1ull << 34) - 1)));
	return b;
}

const char *pte_text(uint64_t v, char *b)
{
	if (!v)
		sprintf(b, "none");
	else if (!(v & 0x101))
		swp_text(v >> 59, (~v << 5) >> 14, b);
	else
		sprintf(b, "%s:%s%s%s%s", pfn_label(v >> 12 & ((1ull << 40) - 1)), v & 1 ? "P" : "N", v & 2 ? "W" : "R",
			v & 32 ? "a" : "", v & 64 ? "d" : "");
	return b;
}

void labels_init(void)
{
	char line[256], *e;
	uint64_t lo, hi, v;
	FILE *f = fopen("/proc/iomem", "r");
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "hmm_dmirror") && n < 2) {
			lo = strtoull(line, &e, 16);
			hi = strtoull(e + 1, NULL, 16);
			/* chunks are handed out from the top, so the highest is device 0 */
			sh->devlo[1] = sh->devlo[0];
			sh->devhi[1] = sh->devhi[0];
			sh->devlo[0] = lo >> 12;
			sh->devhi[0] = (hi + 1) >> 12;
			n++;
		}
	if (f)
		fclose(f);
	f = fopen("/proc/kallsyms", "r");
	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, " dmirror_devices")) {
			v = strtoull(line, NULL, 16);
			sh->owner0 = v;
		}
	if (f)
		fclose(f);
	sh->ownersz = getenv("OWNERSZ") ? strtoull(getenv("OWNERSZ"), NULL, 0) : 1024;
	if (getenv("SPM0")) {	/* coherent devices: the driver gives SPM1 to device 2 */
		sh->devlo[3] = strtoull(getenv("SPM0"), NULL, 0) >> 12;
		sh->devlo[2] = strtoull(getenv("SPM1"), NULL, 0) >> 12;
		sh->devhi[2] = sh->devlo[2] + 65536;
		sh->devhi[3] = sh->devlo[3] + 65536;
	}
}

/* ---- operations ------------------------------------------------------ */
static struct region *reg(const char *n)
{
	for (int i = sh->nreg - 1; n && i >= 0; i--)
		if (!strcmp(sh->reg[i].name, n))
			return &sh->reg[i];
	return NULL;
}

static int handle(const char *n)
{
	for (int i = nhan - 1; n && i >= 0; i--)
		if (!strcmp(han[i].name, n) && han[i].fd >= 0)
			return i;
	return -1;
}

static sigjmp_buf jb;
static volatile int sig, sigcode;
static void on_fault(int s, siginfo_t *si, void *u)
{
	sig = s;
	sigcode = si->si_code;
	siglongjmp(jb, 1);
}

static int prot_of(const char *s)
{
	return (strchr(s, 'r') ? PROT_READ : 0) | (strchr(s, 'w') ? PROT_WRITE : 0);
}

static long do_map(char *name, char *kind, uint64_t np, char *prot)
{
	struct region *r = &sh->reg[sh->nreg];
	int p = prot ? prot_of(prot) : PROT_READ | PROT_WRITE, fl = MAP_PRIVATE, fd = -1;
	uint64_t base = 0x10000000000ull + sh->nreg * 0x40000000ull;

	if (!strcmp(kind, "anon") || !strcmp(kind, "thp"))
		fl |= MAP_ANONYMOUS;
	else if (!strcmp(kind, "shared"))
		fl = MAP_SHARED | MAP_ANONYMOUS;
	else if (!strcmp(kind, "hugetlb"))
		fl |= MAP_ANONYMOUS | MAP_HUGETLB;
	else if (!strncmp(kind, "dev:", 4)) {
		fl = MAP_SHARED;
		fd = han[handle(kind + 4)].fd;
	} else {	/* filep (private), files (shared): page i starts with the number 1000+i */
		if (!strcmp(kind, "files"))
			fl = MAP_SHARED;
		fd = memfd_create("f", 0);
		for (uint64_t i = 0; i < np; i++) {
			uint64_t v = 1000 + i;

			if (ftruncate(fd, np * PAGE) || pwrite(fd, &v, 8, i * PAGE) != 8)
				return -1;
		}
	}
	if (mmap((void *)base, np * PAGE, p, fl | MAP_FIXED_NOREPLACE, fd, 0) == MAP_FAILED)
		return -1;
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->base = base;
	r->npages = np;
	sh->nreg++;
	return !strcmp(kind, "thp") ? madvise((void *)base, np * PAGE, MADV_HUGEPAGE) : 0;
}

static char *vals(char *o, const char *src, uint64_t n)
{
	uint64_t v;

	o += sprintf(o, ", \"vals\": [");
	for (uint64_t i = 0; i < n; i++) {
		memcpy(&v, src + i * PAGE, 8);
		if (i < 16)
			o += sprintf(o, "%s%lld", i ? ", " : "", (long long)v);
	}
	return o + sprintf(o, n > 16 ? ", \"..\"]" : "]");
}

static char *prot_name(unsigned char b, char *t)
{
	static const char *const k[] = { "", "zero ", "local ", "remote ", "coh_local ", "coh_remote " };

	if (b == 0xff)
		return strcpy(t, "ERROR");
	sprintf(t, "%s%s%s%s", b >> 4 < 6 ? k[b >> 4] : "? ", b & 2 ? "W" : b & 1 ? "R" : "none", b & 4 ? " PMD" : "",
		b & 8 ? " PUD" : "");
	return t;
}

static char *pagemap(char *o, struct region *r, uint64_t p, uint64_t n)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t v, fl, ct;
	char t[64];

	o += sprintf(o, ", \"pages\": [");
	for (uint64_t i = p; i < p + n && i < p + 32; i++) {
		pread(fd, &v, 8, (r->base / PAGE + i) * 8);
		o += sprintf(o, "%s\"", i > p ? ", " : "");
		if (v >> 62 & 1)
			o += sprintf(o, "%s", swp_text(v & 31, (v & ((1ull << 55) - 1)) >> 5, t));
		else if (v >> 63) {
			uint64_t pfn = v & ((1ull << 55) - 1);

			kpf(pfn, &fl, &ct);
			o += sprintf(o, "%s%s map=%llu%s%s%s%s%s", pfn_label(pfn), v >> 56 & 1 ? " only" : "",
				     (unsigned long long)ct, fl >> 12 & 1 ? " anon" : "", fl >> 5 & 1 ? " lru" : "",
				     fl >> 13 & 1 ? " swapcache" : "", fl >> 22 & 1 ? " thp" : "", v >> 61 & 1 ? " file" : "");
		} else
			o += sprintf(o, "none");
		o += sprintf(o, "\"");
	}
	close(fd);
	return o + sprintf(o, "]");
}

static char *smaps(char *o, struct region *r)
{
	static const char *const want[] = { "Rss:", "Anonymous:", "Swap:", "Shared_Dirty:", "Private_Dirty:",
		"AnonHugePages:" };
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[256], k[64];
	int in = 0, first = 1;
	unsigned long long a, b;

	o += sprintf(o, ", \"kB\": {");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx-%llx ", &a, &b) == 2)
			in = a >= r->base && a < r->base + r->npages * PAGE;
		for (unsigned i = 0; in && i < 6; i++)
			if (!strncmp(line, want[i], strlen(want[i])) && sscanf(line, "%63[^:]: %llu", k, &a) == 2) {
				o += sprintf(o, "%s\"%s\": %llu", first ? "" : ", ", k, a);
				first = 0;
			}
	}
	fclose(f);
	return o + sprintf(o, "}");
}

static int advice(const char *s)
{
	static const struct { const char *n; int v; } t[] = { { "dontneed", MADV_DONTNEED }, { "free", MADV_FREE },
		{ "hugepage", MADV_HUGEPAGE }, { "nohugepage", MADV_NOHUGEPAGE }, { "pageout", MADV_PAGEOUT },
		{ "cold", MADV_COLD }, { "willneed", MADV_WILLNEED }, { "mergeable", MADV_MERGEABLE },
		{ "collapse", 25 }, { "populate_read", 22 }, { "populate_write", 23 }, { "dontfork", MADV_DONTFORK },
		{ "wipeonfork", MADV_WIPEONFORK }, { "remove", MADV_REMOVE } };

	for (unsigned i = 0; i < sizeof(t) / sizeof(*t); i++)
		if (!strcmp(s, t[i].n))
			return t[i].v;
	return -1;
}

/* performs one operation, writes JSON members to o */
static char *exec_op(char *line, char *o)
{
	static const struct { const char *n; unsigned long c; } io[] = { { "dev_read", HMM_DMIRROR_READ },
		{ "dev_write", HMM_DMIRROR_WRITE }, { "to_dev", HMM_DMIRROR_MIGRATE_TO_DEV },
		{ "to_sys", HMM_DMIRROR_MIGRATE_TO_SYS }, { "snapshot", HMM_DMIRROR_SNAPSHOT },
		{ "exclusive", HMM_DMIRROR_EXCLUSIVE }, { "check_exclusive", HMM_DMIRROR_CHECK_EXCLUSIVE },
		{ "release", HMM_DMIRROR_RELEASE } };
	char *w[10] = { 0 }, *t, tmp[64];
	struct rusage r0, r1;
	struct region *r;
	char extra[8192] = "", *x = extra;
	int n = 0, h, e;
	long ret = 0;
	uint64_t p, np;

	for (t = strtok(line, " \n"); t && n < 10; t = strtok(NULL, " \n"))
		w[n++] = t;
	h = handle(w[1]);
	r = reg(h >= 0 ? w[2] : w[1]);
	int b = h >= 0 ? 3 : 2;

	p = w[b] ? strtoull(w[b], NULL, 0) : 0;
	np = w[b] && w[b + 1] ? strtoull(w[b + 1], NULL, 0) : r ? r->npages - p : 0;
	char *arg = w[b] && w[b + 1] ? w[b + 2] : NULL;
	char *base = r ? (char *)r->base + p * PAGE : NULL;

	getrusage(RUSAGE_SELF, &r0);
	errno = 0;
	sig = 0;
	if (!strcmp(w[0], "open")) {
		snprintf(tmp, sizeof(tmp), "/dev/hmm_dmirror%s", w[2]);
		snprintf(han[nhan].name, 16, "%s", w[1]);
		ret = han[nhan++].fd = open(tmp, O_RDWR);
		ret = ret < 0 ? ret : 0;
	} else if (!strcmp(w[0], "close")) {
		ret = close(han[h].fd);
		han[h].fd = -1;
	} else if (!strcmp(w[0], "map"))
		ret = do_map(w[1], w[2], strtoull(w[3], NULL, 0), w[4]);
	else if (!strcmp(w[0], "munmap"))
		ret = munmap(base, np * PAGE);
	else if (!strcmp(w[0], "mprotect"))
		ret = mprotect(base, np * PAGE, prot_of(arg));
	else if (!strcmp(w[0], "madvise"))
		ret = madvise(base, np * PAGE, advice(arg));
	else if (!strcmp(w[0], "mlock"))
		ret = mlock(base, np * PAGE);
	else if (!strcmp(w[0], "mremap")) {	/* mremap A page n NEW */
		struct region *q = &sh->reg[sh->nreg];

		q->base = 0x10000000000ull + sh->nreg * 0x40000000ull;
		q->npages = np;
		snprintf(q->name, 16, "%s", arg);
		sh->nreg++;
		ret = mremap(base, np * PAGE, np * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)q->base) == MAP_FAILED ? -1 : 0;
	} else if (!strcmp(w[0], "cpu_read") || !strcmp(w[0], "cpu_write")) {
		volatile uint64_t i = 0;
		uint64_t v0 = arg ? strtoull(arg, NULL, 0) : 0;

		if (!sigsetjmp(jb, 1)) {
			for (; i < np; i++) {
				volatile uint64_t *a = (uint64_t *)(base + i * PAGE);

				if (w[0][4] == 'w')
					*a = v0 + i;
				else
					*(uint64_t *)(mirror + i * PAGE) = *a;
			}
		} else {
			ret = -1;
			x += sprintf(x, ", \"signal\": \"%s code %d at page %llu\"", sig == SIGBUS ? "SIGBUS" : "SIGSEGV",
				     sigcode, (unsigned long long)(p + i));
		}
		if (w[0][4] == 'r')
			x = vals(x, mirror, i);
	} else if (!strcmp(w[0], "gup_read") || !strcmp(w[0], "gup_write")) {	/* the kernel's own access path */
		int fd = open("/proc/self/mem", O_RDWR);

		for (uint64_t i = 0; i < np && ret >= 0; i++) {
			uint64_t *m = (uint64_t *)(mirror + i * PAGE);

			if (w[0][4] == 'w')
				*m = strtoull(arg, NULL, 0) + i;
			ret = w[0][4] == 'w' ? pwrite(fd, m, 8, (off_t)(base + i * PAGE)) : pread(fd, m, 8, (off_t)(base + i * PAGE));
		}
		e = errno;
		close(fd);
		errno = e;
		x = vals(x, mirror, np);
	} else if (!strcmp(w[0], "pin")) {	/* plain references held by a pipe */
		struct iovec iov = { base, np * PAGE };

		if (pipefd[0] < 0 && pipe(pipefd))
			ret = -1;
		ret = vmsplice(pipefd[1], &iov, 1, 0);
	} else if (!strcmp(w[0], "unpin")) {
		close(pipefd[0]);
		close(pipefd[1]);
		pipefd[0] = -1;
	} else if (!strcmp(w[0], "longpin")) {	/* FOLL_PIN | FOLL_LONGTERM through the kernel's test file */
		struct pin_longterm_test a = { (uint64_t)base, np * PAGE,
			arg && *arg == 'w' ? PIN_LONGTERM_TEST_FLAG_USE_WRITE : 0 };

		gupfd = open("/sys/kernel/debug/gup_test", O_RDWR);
		ret = ioctl(gupfd, PIN_LONGTERM_TEST_START, &a);
	} else if (!strcmp(w[0], "longunpin"))
		ret = close(gupfd);
	else if (!strcmp(w[0], "pagemap"))
		x = pagemap(x, r, p, np);
	else if (!strcmp(w[0], "smaps"))
		x = smaps(x, r);
	else if (!strcmp(w[0], "mincore")) {
		ret = mincore(base, np * PAGE, (unsigned char *)mirror);
		x += sprintf(x, ", \"core\": \"");
		for (uint64_t i = 0; i < np && !ret; i++)
			x += sprintf(x, "%d", mirror[i] & 1);
		x += sprintf(x, "\"");
	} else {
		struct hmm_dmirror_cmd c = { (uint64_t)base, (uint64_t)mirror, np, 0, 0 };
		unsigned i;

		for (i = 0; i < 8 && strcmp(w[0], io[i].n); i++)
			;
		if (i == 8 || h < 0)
			return o + sprintf(o, ", \"error\": \"unknown operation or handle\"");
		memset(mirror, i == 4 ? 0xee : 0, np * PAGE);
		if (i == 1)
			for (uint64_t k = 0; k < np; k++)
				*(uint64_t *)(mirror + k * PAGE) = strtoull(arg, NULL, 0) + k;
		errno = 0;
		ret = ioctl(han[h].fd, io[i].c, &c);
		e = errno;
		if (!ret && i < 6)
			x += sprintf(x, ", \"cpages\": %llu, \"faults\": %llu", (unsigned long long)c.cpages,
				     (unsigned long long)c.faults);
		if (!ret && (i == 0 || i == 2))
			x = vals(x, mirror, np);
		if (!ret && i == 4) {
			x += sprintf(x, ", \"prot\": [");
			for (uint64_t k = 0; k < np && k < 32; k++)
				x += sprintf(x, "%s\"%s\"", k ? ", " : "", prot_name(mirror[k], tmp));
			x += sprintf(x, "]");
		}
		errno = e;
	}
	e = errno;
	getrusage(RUSAGE_SELF, &r1);
	o += sprintf(o, ", \"ret\": %ld", ret);
	if (ret < 0 && e)
		o += e < (int)(sizeof(ERR) / sizeof(*ERR)) && ERR[e] ? sprintf(o, ", \"errno\": \"%s\"", ERR[e]) : sprintf(o, ", \"errno\": %d", e);
	if (notrace && r1.ru_minflt != r0.ru_minflt)
		o += sprintf(o, ", \"minflt\": %ld", r1.ru_minflt - r0.ru_minflt);
	if (r1.ru_majflt != r0.ru_majflt)
		o += sprintf(o, ", \"majflt\": %ld", r1.ru_majflt - r0.ru_majflt);
	return o + sprintf(o, "%s", extra);
}

/* kernel warnings that appeared during the operation */
static int kmsg = -1;
static char *kernel_log(char *o)
{
	char rec[2048], *t;
	ssize_t n;
	int k = 0;

	while (kmsg >= 0 && (n = read(kmsg, rec, sizeof(rec) - 1)) > 0) {
		rec[n] = 0;
		t = strchr(rec, ';');
		if (!t || !(strstr(t, "WARNING: ") || strstr(t, "BUG: ") || strstr(t, "Bad page")) || k > 3)
			continue;
		t[1 + strcspn(t + 1, "\n\"\\")] = 0;
		char *at = strstr(t, " at "), *wn = strstr(t, "WARNING: ");

		if (at && wn)	/* leave out processor and process numbers */
			memmove(wn + 9, at + 4, strlen(at + 4) + 1);
		o += sprintf(o, "%s\"%s\"", k++ ? ", " : ", \"kernel\": [", t + 1);
	}
	return k ? o + sprintf(o, "]") : o;
}

/* ---- processes ------------------------------------------------------- */
static void child_loop(struct proc *c)
{
	static char line[256];

	for (;;) {
		ssize_t n = read(c->cmd[0], line, sizeof(line) - 1);

		if (n <= 0 || !strncmp(line, "exit", 4))
			_exit(0);
		line[n] = 0;
		*exec_op(line, sh->out) = 0;
		if (write(c->ack[1], "x", 1) < 0)
			_exit(1);
	}
}

int main(int argc, char **argv)
{
	FILE *f = fopen(argv[1], "r");
	char line[256], copy[256], ch, *o, *l;
	int no = 0, tracing, status;
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	mirror = map_private(MAXP * PAGE);
	labels_init();
	tracing = trace_init() == 0;
	notrace = !tracing;
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	sh->nproc = 1;
	strcpy(sh->proc[0].name, "P");
	sh->proc[0].pid = getpid();
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	lseek(kmsg, 0, SEEK_END);
	char *big = map_private(1 << 22), *end = big + (1 << 22);

	while (f && fgets(line, sizeof(line), f)) {
		const char *who = "P";
		struct proc *c = NULL;

		line[strcspn(line, "#\n")] = 0;
		for (l = line; *l == ' '; l++)
			;
		if (!*l)
			continue;
		strcpy(copy, l);
		for (int i = 1; i < sh->nproc; i++) {
			size_t k = strlen(sh->proc[i].name);

			if (!strncmp(l, sh->proc[i].name, k) && l[k] == '>') {
				c = &sh->proc[i];
				who = c->name;
				l += k + 1;
				while (*l == ' ')
					l++;
			}
		}
		sh->out[0] = 0;
		trace_start();
		if (!strncmp(l, "fork ", 5)) {
			struct proc *q = &sh->proc[sh->nproc];

			snprintf(q->name, sizeof(q->name), "%s", l + 5);
			if (pipe(q->cmd) || pipe(q->ack))
				return 1;
			fflush(stdout);
			pid_t pid = fork();

			if (!pid) {
				me = sh->nproc;
				if (write(q->ack[1], "x", 1) == 1)
					child_loop(q);
			}
			q->pid = pid;
			close(q->cmd[0]);
			close(q->ack[1]);
			if (read(q->ack[0], &ch, 1) < 0) { }
			sh->nproc++;
			sprintf(sh->out, ", \"ret\": %d", pid > 0 ? 0 : -1);
		} else if (c && !strncmp(l, "exit", 4)) {
			if (write(c->cmd[1], l, strlen(l)) < 0) { }
			waitpid(c->pid, &status, 0);
			sprintf(sh->out, ", \"ret\": %d", status);
		} else if (c) {
			if (write(c->cmd[1], l, strlen(l)) < 0 || read(c->ack[0], &ch, 1) != 1)
				sprintf(sh->out, ", \"error\": \"child gone\"");
		} else
			*exec_op(l, sh->out) = 0;
		trace_stop();
		o = big + sprintf(big, "{\"i\": %d, \"op\": \"%s\"%s", no++, copy, sh->out);
		o = kernel_log(o);
		if (tracing)
			o = trace_render(o, end, who);
		sprintf(o, "}");
		labels_retire();
		puts(big);
		fflush(stdout);
	}
	/* children hold files, among them the way they are told to exit: the next list must not find them */
	for (int i = 1; i < sh->nproc; i++) {
		kill(sh->proc[i].pid, SIGKILL);
		waitpid(sh->proc[i].pid, &status, 0);
	}
	return 0;
}
