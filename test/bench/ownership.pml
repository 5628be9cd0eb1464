/*
 * ownership.pml - baseline model for side-by-side checker measurements.
 *
 * Two CPU threads and one GPU share NP pages.  Every page has
 *   home   where its bytes live now: SYS or DEV
 *   cpte   the CPU page table entry
 *   gpte   the GPU page table entry
 *   lck    the page lock
 * and the GPU has one interval-notifier subscription: `watch` is the page
 * whose range fault is under way, `stale` says an invalidation of it ran since.
 *
 * CPU:  touch a page; the entry found decides the fault that is taken:
 *         NONE -> anonymous fault          PRIV -> migrate_to_ram
 *         EXCL -> drop device exclusive    MIGR -> wait for the migration
 *       CPU 1 may also unmap a page (the munmap / DONTNEED path).
 * GPU:  map a page remotely (range fault + retry check), migrate it to the
 *       device, take it device exclusive for atomics, or evict it.
 *
 * -DBUG_NO_RETRY    GPU maps without the retry check (a stale GPU mapping)
 * -DBUG_LATE_NOTIFY migrate_to_ram maps the CPU before it tells the GPU
 * -DNP=n            number of pages (4 unless told)
 *
 * `npm run bench -- explore` runs it; ownership.ts is the same model in .hmm.
 */
#ifndef NP
#define NP 4
#endif
#define SYS 0
#define DEV 1

#define NONE 0
#define PRES 1
#define PRIV 2
#define EXCL 3
#define MIGR 4

#define GNONE 0
#define GSYS  1
#define GDEV  2
#define GATOM 3

typedef page_t {
	unsigned home : 1;
	unsigned cpte : 3;
	unsigned gpte : 2;
	unsigned lck  : 1
};
page_t pg[NP];
byte watch = NP;
bit  stale;

/* One owner at a time; nobody maps a place the bytes have left. */
#define OWNED(p) \
	(!(pg[p].cpte == PRES && (pg[p].gpte == GDEV || pg[p].gpte == GATOM)) && \
	 !(pg[p].gpte == GDEV && pg[p].home != DEV) && \
	 !(pg[p].gpte == GSYS && pg[p].home != SYS) && \
	 !(pg[p].cpte == PRES && pg[p].home != SYS) && \
	 !(pg[p].cpte == NONE && pg[p].gpte != GNONE))

#define LOCK(p)       atomic { !pg[p].lck -> pg[p].lck = 1 }
#define UNLOCK(p)     atomic { pg[p].lck = 0; p = 0 }
#define NOTIFY(p)     d_step { pg[p].gpte = GNONE; \
			if :: watch == p -> stale = 1 :: else fi; assert(OWNED(p)) }

/* Any page of 0..NP-1. */
inline pick(v) { select (v : 0 .. (NP - 1)) }

proctype cpu(bool unmaps)
{
	byte p;
idle:	atomic {
		pick(p);
		if
		:: pg[p].cpte == PRES -> assert(OWNED(p)); p = 0; goto idle
		:: pg[p].cpte == NONE -> goto anon
		:: pg[p].cpte == PRIV -> goto to_ram
		:: pg[p].cpte == EXCL -> goto revoke
		:: pg[p].cpte == MIGR -> goto wait
		:: unmaps && pg[p].cpte != NONE -> goto unmap
		fi
	};
anon:	LOCK(p);
	if
	:: pg[p].cpte == NONE -> d_step { pg[p].home = SYS; pg[p].cpte = PRES; assert(OWNED(p)) }
	:: else
	fi;
	goto done;
to_ram:	LOCK(p);
	if
	:: pg[p].cpte == PRIV ->
		pg[p].cpte = MIGR;
#ifdef BUG_LATE_NOTIFY
		pg[p].home = SYS;
		d_step { pg[p].cpte = PRES; assert(OWNED(p)) };
		NOTIFY(p)
#else
		NOTIFY(p);
		pg[p].home = SYS;				/* copy back */
		d_step { pg[p].cpte = PRES; assert(OWNED(p)) }
#endif
	:: else
	fi;
	goto done;
revoke:	LOCK(p);
	if
	:: pg[p].cpte == EXCL -> NOTIFY(p); d_step { pg[p].cpte = PRES; assert(OWNED(p)) }
	:: else
	fi;
	goto done;
unmap:	LOCK(p);
	if
	:: pg[p].cpte != NONE -> NOTIFY(p); d_step { pg[p].cpte = NONE; pg[p].home = SYS; assert(OWNED(p)) }
	:: else
	fi;
	goto done;
wait:	atomic { pg[p].cpte != MIGR -> p = 0; goto idle };
done:	UNLOCK(p);
	goto idle
}

proctype gpu()
{
	byte p;
idle:	atomic {
		pick(p);
		if
		:: pg[p].gpte != GNONE -> assert(OWNED(p)); p = 0; goto idle
		:: pg[p].gpte == GNONE && pg[p].cpte == PRES -> goto fault
		:: pg[p].cpte == PRES -> goto to_dev
		:: pg[p].cpte == PRES -> goto excl
		:: pg[p].cpte == PRIV -> goto evict
		:: else -> p = 0; goto idle
		fi
	};
fault:	atomic { !pg[p].lck -> watch = p; stale = 0 };		/* read_begin waits */
	if
	:: pg[p].cpte == PRES					/* the snapshot */
	:: else -> goto quit
	fi;
	atomic {						/* driver lock held */
		if
#ifndef BUG_NO_RETRY
		:: stale -> goto fault				/* read_retry */
#endif
		:: else -> pg[p].gpte = GSYS; assert(OWNED(p))
		fi
	};
quit:	atomic { watch = NP; stale = 0; p = 0; goto idle };
to_dev:	LOCK(p);
	if
	:: pg[p].cpte == PRES ->
		pg[p].cpte = MIGR;
		NOTIFY(p);
		pg[p].home = DEV;				/* copy over */
		d_step { pg[p].cpte = PRIV; pg[p].gpte = GDEV; assert(OWNED(p)) }
	:: else
	fi;
	goto done;
excl:	LOCK(p);
	if
	:: pg[p].cpte == PRES ->
		NOTIFY(p);
		pg[p].cpte = EXCL;
		d_step { pg[p].gpte = GATOM; assert(OWNED(p)) }
	:: else
	fi;
	goto done;
evict:	LOCK(p);
	if
	:: pg[p].cpte == PRIV ->
		pg[p].cpte = MIGR;
		NOTIFY(p);
		pg[p].home = SYS;
		d_step { pg[p].cpte = PRES; assert(OWNED(p)) }
	:: else
	fi;
done:	UNLOCK(p);
	goto idle
}

init { atomic { run cpu(false); run cpu(true); run gpu() } }
