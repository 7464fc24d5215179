/*
 * TRANSACTION mode and retention: one request ID, any number of attempts, for ever; and an operator who has its record forgotten.
 *
 * Follows the code:
 *   op        TransactionOperation (look, decide, execute, settle, commit, commitFailed, executeAgain, lookAgain), Operations (what runs
 *             twice in a process has its commit hovering), IdempotentConsumer (tried, afterFailure), Records.find, holds and newer,
 *             SubspaceState.holdsAt and without: a record counts, whatever the horizon says; only its absence is EXPIRED
 *   sweeper   Horizon.advanceTo, Clearance, VersionWait.past, SweepRound, SliceSweep.sweep
 *   operator  RecordResolver.forget, ResolverLoop, SeenRecord
 *   store     FoundationDB: a snapshot at a read version; a commit checks and applies at one moment, and is refused if somebody wrote what
 *             the transaction has read with a conflict, or if its snapshot is older than L
 *
 * Time is FoundationDB's version in coarse ticks, kept as ages. L = Clearance.TRANSACTION_LIFE, A = SubspaceState.ALLOWED_AGE (2 L, as in
 * the code). Wall clocks: a sweeper forbids the ID whenever it likes, so a wrong clock is among what is tried.
 * Everybody may stand still for any number of ticks between any two steps, may die anywhere, and the ID may arrive again at any time.
 *
 * Normal forms, to keep states few: a transaction that can't commit any more has age DEAD; a hovering commit that can't land is
 * dropped; a cached state that can hold for nobody is what a restarted server has (age OLD, hz 0).
 */
#ifndef NOPS
#define NOPS 2
#endif
#ifndef NSWP
#define NSWP 1
#endif
#ifndef NHOV
#define NHOV 1
#endif
#define L 1
#define A 2
#define DEAD (L+1)
#define OLD  (A+L+1)
#ifndef R
#define R 1                 /* OPAQUE: the retention, in ticks */
#endif
#define XOLD (R+L+1)

#define IDLE 0
#define READ 1              /* has its read version and snapshot; has not decided */
#define EXEC 2              /* found absent: the handler runs */
#define INFL 3              /* commit sent, not decided by the store (age DEAD: it will be refused) */
#define DONE 4              /* commit landed, the client does not know yet */

#define SIDLE 0
#define SADV  1             /* read the horizon, has not committed the new one */
#define SSEE  2             /* committed, has not read it back */
#define SWAIT 3
#define SCLR  4             /* clearing transaction has its snapshot, has not committed */

#define FAILV 3             /* the outcome "final failure": nothing was done */

typedef Op { unsigned pc:3; unsigned age:2; bit cf; unsigned srec:2; bit shz; unsigned val:2; bit ff; bit st }
typedef Sw { unsigned pc:3; unsigned age:2; bit shz; unsigned wage:3; bit some }

unsigned rec:2;             /* the record: 0 absent, 1 or 2 an answer of an execution, FAILV */
bit hz;                     /* the horizon is at or after the ID (and its bucket wholly behind it) */
unsigned xage:3;            /* OPAQUE: how old the record's index entry says it is */

Op o0, o1, o2;
unsigned hv0:2, ha0:2, hv1:2, ha1:2;            /* hovering commits of calls: value (0 none), age */
bit ch0, ch1; unsigned ca0:3 = OLD, ca1:3 = OLD;  /* the servers' cached states: horizon, age */
Sw s0, s1;
bit hadv; unsigned hadva:2;                     /* a hovering commit of a horizon */
bit hclr; unsigned hclra:2;                     /* a hovering commit of a clear */

unsigned eff:2;             /* ghost: how often the effect has happened */
unsigned ans:2;             /* ghost: the first answer */
bit had;                    /* ghost, OPAQUE: an outcome has been committed */
unsigned gage:3;            /* ghost, OPAQUE: ticks since the last outcome was committed, to R+1 */

#ifdef RESTORE
#ifndef D
#define D 1                 /* by how many ticks versions go back */
#endif
bit saved, restored, b_hz; unsigned b_rec:2, b_eff:2;
unsigned ng0:3, ng1:3, ck0:2, ck1:2;            /* of a cached state: ticks that it is in the future; its age by the process's own clock */
#define RSTN(n) n = 0
#define INTIME(ck) (ck <= A)
#else
#define restored 0
#define ng0 0
#define ng1 0
#define ck0 0
#define ck1 0
#define RSTN(n) skip
#define INTIME(ck) 1
#endif
#ifdef M_NOCLOCK            /* the process's own clock is not asked */
#undef INTIME
#define INTIME(ck) 1
#endif

#define CLOSE(o) o.pc = IDLE; o.age = 0; o.cf = 0; o.srec = 0; o.shz = 0; o.val = 0; o.ff = 0; o.st = 0
#define LOOK(o)  o.pc = READ; o.age = 0; o.cf = 0; o.srec = rec; o.shz = hz; o.val = 0; o.st = 0

/* Whoever has read the record with a conflict and is not decided loses. */
#ifdef M_SNAPSHOTREAD
#define LOSE(o) skip
#define LOSEH(hv,ha) skip
#else
#define LOSE(o) o.cf = (o.pc == READ -> 1 : 0); o.age = ((o.pc == EXEC || o.pc == INFL) -> DEAD : o.age)
#define LOSEH(hv,ha) hv = 0; ha = 0
#endif
#ifdef OPAQUE
#ifdef M_XNOCONF
#define LOSES(s) skip
#define LOSEHC skip
#else
#define LOSES(s) s.age = (s.pc == SCLR -> DEAD : s.age)
#define LOSEHC hclr = 0; hclra = 0
#endif
#else
#define LOSES(s) skip
#define LOSEHC skip
#endif
#ifdef RESOLVER
/* the operator: 0 has no wish; 1 has seen a record and looks; 2 its commit is not decided; 3 it landed, and that is not known */
unsigned opc:2, oseen:2, oage:2; bit ounk;      /* ounk: an earlier try may have taken effect */
bit hf; unsigned hfa:2;                         /* a hovering commit of the wish */
bit odid;                                       /* ghost: the wish has taken effect */
bit osame, hsame;                               /* ghosts: the record is the one that the commit has read */
#ifdef M_FORGETSNAP         /* the record is read without a conflict */
#define LOSEF osame = 0; hsame = 0
#else
#define LOSEF oage = (opc == 2 -> DEAD : oage); hf = 0; hfa = 0; hsame = 0; osame = 0
#endif
#else
#define LOSEF skip
#endif
#define REC_WRITTEN LOSEF; LOSE(o0); LOSE(o1); LOSE(o2); LOSEH(hv0,ha0); LOSEH(hv1,ha1); LOSES(s0); LOSES(s1); LOSEHC

/* OPAQUE: what was found before the ID was forgotten is an answer to the earlier operation */
#define STALE(o) o.st = (o.pc == DONE || o.srec != 0 -> 1 : o.st)
inline landed(P_V, P_AGE) {
#ifdef OPAQUE
  if
  :: had ->
     assert(gage > R);                     /* REMEMBERED FOR THE RETENTION */
     STALE(o0); STALE(o1); STALE(o2);
     ans = 0; eff = (P_V == FAILV -> 0 : 1)
  :: else -> eff = (P_V == FAILV -> 0 : 1)
  fi;
  xage = P_AGE; gage = 0; had = 1;
#else
  if
  :: P_V == FAILV -> assert(eff == 0)      /* what failed for good has had no effect, */
  :: else -> eff++; assert(eff == 1); assert(ans != FAILV)   /* AT MOST ONCE, FOR EVER; nor has it afterwards */
  fi;
#endif
  rec = P_V
}
#define ANSWER(o,v) if :: o.st || restored :: else -> \
     assert(v != 0 && eff == (v == FAILV -> 0 : 1));         /* OK: EXACTLY ONCE */ \
     assert(ans == 0 || ans == v); ans = v fi                /* ALL ANSWERS ARE EQUAL */

/* SubspaceState.holdsAt: -L <= r - s <= A; r = now - o.age, s = now - ca (or, with ng: s = now + ng). Records.holds: and by the clock */
#ifdef M_CACHEFOREVER
#define HOLDS(o,ca,ng,ck) (ca < OLD)
#else
#define HOLDS(o,ca,ng,ck) (ca < OLD && ca <= o.age + A && o.age + ng <= ca + L && INTIME(ck))
#endif
/* Records.newer */
#ifdef RESTORE
#define CACHE(o,ch,ca,ng,ck) if :: ca < OLD && ca <= o.age + ng && o.age + ng <= ca + L && INTIME(ck) :: else -> ch = o.shz; ca = o.age; ng = 0; ck = 0 fi
#else
#define CACHE(o,ch,ca,ng,ck) if :: ca < OLD && ca <= o.age && o.age <= ca + L :: else -> ch = o.shz; ca = o.age fi
#endif

#ifdef OPAQUE
#define FORBIDS(x) 0
#else
#ifdef M_NOHORIZON          /* absent is absent, whatever the horizon */
#define FORBIDS(x) 0
#else
#define FORBIDS(x) (x)
#endif
#endif
#ifdef M_EXPIREFIRST        /* the horizon decides before the record does */
#define COUNTS(o,x) (o.srec != 0 && !FORBIDS(x))
#else
#define COUNTS(o,x) (o.srec != 0)
#endif
#define DECIDE(o,x) if \
  :: COUNTS(o,x) -> ANSWER(o, o.srec); CLOSE(o) \
  :: !COUNTS(o,x) && FORBIDS(x) -> assert(o.srec == 0); /* EXPIRED: NOTHING IS KNOWN */ CLOSE(o) \
  :: !COUNTS(o,x) && !FORBIDS(x) -> o.val = (o.ff -> FAILV : 0); o.pc = (o.ff -> INFL : EXEC); o.age = (o.cf -> DEAD : o.age); o.cf = 0; o.shz = 0 \
  fi

#ifdef M_TRUSTUNKNOWN       /* an unknown commit is taken for done */
#define UNKNOWN(o) ANSWER(o, o.val); CLOSE(o)
#else
#ifdef M_BLINDRETRY         /* an unknown commit is taken for not done, and the re-read is skipped */
#define UNKNOWN(o) LOOK(o); o.srec = 0
#else
#define UNKNOWN(o) LOOK(o)
#endif
#endif
#ifdef M_FINALBLIND         /* a final failure is recorded without looking again */
#define FINALLOOK(o) o.ff = 1; o.val = FAILV; o.pc = INFL; o.age = 0
#else
#define FINALLOOK(o) o.ff = 1; LOOK(o)
#endif
#if VALUES > 1
#define OTHERVALUE(o) :: d_step { o.pc == EXEC -> o.val = 2; o.pc = INFL }
#else
#define OTHERVALUE(o)
#endif

#define OP(o,ch,ca,ng,ck,may) \
  :: d_step { o.pc == IDLE && (may) -> LOOK(o) } \
  :: d_step { o.pc == READ && o.age <= L && HOLDS(o,ca,ng,ck) -> DECIDE(o,ch) } \
  :: d_step { o.pc == READ && o.age <= L && !HOLDS(o,ca,ng,ck) -> CACHE(o,ch,ca,ng,ck); DECIDE(o,o.shz) } \
  :: d_step { o.pc == READ && o.age > L -> LOOK(o) } \
  :: d_step { o.pc == READ && o.age > L && o.srec != 0 -> ANSWER(o, o.srec); CLOSE(o) } \
  :: d_step { o.pc == EXEC -> o.val = 1; o.pc = INFL } \
  OTHERVALUE(o) \
  :: d_step { o.pc == EXEC -> FINALLOOK(o) } \
  :: d_step { o.pc == EXEC -> LOOK(o) } \
  :: d_step { o.pc == EXEC || o.pc == READ -> CLOSE(o) } \
  :: d_step { o.pc == INFL && o.age <= L -> landed(o.val, o.age); o.pc = DONE; REC_WRITTEN; o.age = 0 } \
  :: d_step { o.pc == INFL && o.age > L -> LOOK(o) } \
  :: d_step { o.pc == INFL && o.age > L -> CLOSE(o) } \
  :: d_step { o.pc == DONE -> ANSWER(o, o.val); CLOSE(o) } \
  :: d_step { o.pc == DONE -> UNKNOWN(o) } \
  :: d_step { o.pc == DONE -> CLOSE(o) } \
  HOVER(o,hv0,ha0,hv0 == 0) HOVER2(o)
/* 1031, 1039, or death: the client goes on, the commit may land yet */
#define HOVER(o,hv,ha,free) \
  :: d_step { o.pc == INFL && o.age <= L && (free) -> hv = o.val; ha = o.age; UNKNOWN(o) } \
  :: d_step { o.pc == INFL && o.age <= L && (free) -> hv = o.val; ha = o.age; CLOSE(o) }
#if NHOV > 1
#define HOVER2(o) HOVER(o,hv1,ha1,hv0 != 0 && hv1 == 0)
#else
#define HOVER2(o)
#endif
byte t_v, t_a;              /* within one step only */
#define HOV(hv,ha) \
  :: d_step { hv != 0 -> t_v = hv; t_a = ha; hv = 0; ha = 0; landed(t_v, t_a); REC_WRITTEN; t_v = 0; t_a = 0 } \
  :: d_step { hv != 0 -> hv = 0; ha = 0 }

/* ---------------- operator ---------------- */
#ifdef RESOLVER
#ifdef M_FORGETTWICE        /* what looks like what was seen is forgotten, even if it may have been forgotten and made again */
#define SURE 1
#else
#define SURE !ounk
#endif
#ifdef M_FORGETKEEPSAGE     /* the entry in the age index stays, and will lead to the next record */
bit lx; unsigned la:3;
#define LEAVE lx = (xage > la || !lx -> 1 : lx); la = (xage > la -> xage : la)
#define LEFTDUE (lx && la > R + L)
#define TL la = (lx && la < XOLD -> la + 1 : la)
#else
#define LEAVE skip
#define LEFTDUE 0
#define TL skip
#endif
inline forgotten(P_SAME) {
  assert(P_SAME);                               /* WHAT WAS SEEN, AND NOTHING ELSE, */
  assert(!odid); odid = 1;                      /* ONCE FOR EACH WISH */
  LEAVE; rec = 0; xage = 0; eff = 0; ans = 0; had = 0; gage = 0;
  STALE(o0); STALE(o1); STALE(o2); REC_WRITTEN
}
#define NOWISH opc = 0; oseen = 0; oage = 0; ounk = 0; odid = 0; osame = 0
#define OPERATOR \
  :: d_step { opc == 0 && !hf && rec != 0 -> opc = 1; oseen = rec } \
  :: d_step { opc == 1 && rec == 0 -> NOWISH }                                     /* FORGOTTEN, by whom ever */ \
  :: d_step { opc == 1 && rec != 0 && rec != oseen -> if :: !ounk -> assert(!odid) /* CHANGED: IT WAS NOT WE */ :: else fi; NOWISH } \
  :: d_step { opc == 1 && rec != 0 && rec == oseen && SURE -> opc = 2; oage = 0; osame = 1 } \
  :: d_step { opc == 1 && rec != 0 && rec == oseen && !(SURE) -> NOWISH }          /* UNKNOWN */ \
  :: d_step { opc == 2 && oage <= L -> t_v = osame; opc = 3; oage = 0; osame = 0; forgotten(t_v); t_v = 0 } \
  :: d_step { opc == 2 && oage > L -> opc = 1; oage = 0; osame = 0 } \
  :: d_step { opc == 2 && oage <= L && !hf -> hf = 1; hfa = oage; hsame = osame; opc = 1; oage = 0; osame = 0; OUNKNOWN } \
  :: d_step { opc == 3 -> NOWISH } \
  :: d_step { opc == 3 -> opc = 1; OUNKNOWN } \
  :: d_step { opc != 0 -> NOWISH } \
  :: d_step { hf -> t_v = hsame; hf = 0; hfa = 0; hsame = 0; forgotten(t_v); odid = (opc == 0 -> 0 : odid); t_v = 0 } \
  :: d_step { hf -> hf = 0; hfa = 0; hsame = 0 }
#ifdef M_OUNKNOWN           /* that an earlier try may have taken effect is forgotten */
#define OUNKNOWN skip
#else
#define OUNKNOWN ounk = 1
#endif
#define TR oage = (opc == 2 && oage < DEAD -> oage + 1 : oage); TB(hf,hfa); hsame = (hf -> hsame : 0); TL
#else
#define OPERATOR
#define TR skip
#define LEFTDUE 0
#endif

/* ---------------- sweepers ---------------- */
#define SIDLE_(s) s.pc = SIDLE; s.age = 0; s.shz = 0; s.wage = 0; s.some = 0
inline clear_rec() { rec = 0; xage = 0; REC_WRITTEN }
#ifndef OPAQUE
/* both the advance and the clear have the horizon's key among their read conflicts */
#define LOSEZ(s) s.age = ((s.pc == SADV || s.pc == SCLR) -> DEAD : s.age)
inline forbid() { hz = 1; LOSEZ(s0); LOSEZ(s1); hadv = 0; hadva = 0; hclr = 0; hclra = 0 }
#ifdef M_NOWAIT
#define WAITED(s) 1
#else
#ifdef M_WAITA
#define WAITED(s) (s.wage > A)
#else
#ifdef M_WAITL
#define WAITED(s) (s.wage > L)
#else
#define WAITED(s) (s.wage > A + L)
#endif
#endif
#endif
#ifdef M_HZBACK              /* a sweeper with a slower clock, or a longer retention, moves the horizon back */
#define BACK(s) :: d_step { s.pc == SADV && s.age <= L && hz -> hz = 0; s.pc = SIDLE; LOSEZ(s0); LOSEZ(s1); s.age = 0; s.shz = 0 }
#else
#define BACK(s)
#endif
#ifdef M_CLEARFIRST          /* clears what it is about to forbid */
#define CLEARFIRST(s) :: d_step { s.pc == SADV && rec != 0 -> clear_rec() }
#else
#define CLEARFIRST(s)
#endif
#ifdef HOVSW                 /* with hovering commits of sweepers, too */
#define SWHOV(s) \
  :: d_step { s.pc == SADV && s.age <= L && !s.shz && !hadv -> hadv = 1; hadva = s.age; s.age = 0; s.shz = hz } \
  :: d_step { s.pc == SADV && s.age <= L && !s.shz && !hadv -> hadv = 1; hadva = s.age; SIDLE_(s) } \
  :: d_step { s.pc == SCLR && s.age <= L && s.some && !hclr -> hclr = 1; hclra = s.age; s.pc = SWAIT; s.wage = OLD; s.age = 0; s.some = 0 }
#define HSW \
  :: d_step { hadv -> forbid() } \
  :: d_step { hadv -> hadv = 0; hadva = 0 } \
  :: d_step { hclr -> hclr = 0; hclra = 0; clear_rec() } \
  :: d_step { hclr -> hclr = 0; hclra = 0 }
#else
#define SWHOV(s)
#define HSW
#endif
#define SW(s) \
  :: d_step { s.pc == SIDLE -> s.pc = SADV; s.shz = hz } \
  :: d_step { s.pc == SADV && s.age <= L -> if :: !s.shz -> forbid() :: else fi; s.shz = 0; s.pc = SSEE; s.age = 0 } \
  :: d_step { s.pc == SADV && s.age > L -> s.shz = hz; s.age = 0 } \
  BACK(s) CLEARFIRST(s) SWHOV(s) \
  :: d_step { s.pc == SSEE && hz -> s.pc = SWAIT; s.wage = 0 } \
  :: d_step { s.pc == SWAIT && WAITED(s) && hz -> s.pc = SCLR; s.age = 0; s.wage = 0; s.some = 1 /* others' records may be in the range */ } \
  :: d_step { s.pc == SCLR && s.age <= L -> if :: s.some -> clear_rec() :: else fi; s.pc = SWAIT; s.wage = OLD; s.age = 0; s.some = 0 } \
  :: d_step { s.pc == SCLR && s.age > L -> s.pc = SWAIT; s.wage = OLD; s.age = 0; s.some = 0 } \
  :: d_step { s.pc != SIDLE -> SIDLE_(s) }
#else
/* opaque IDs: no horizon, an index by age */
#ifdef M_WALL
#define XDUE 1
#else
#ifdef M_NOLIFE
#define XDUE (xage > R)
#else
#define XDUE (xage > R + L)
#endif
#endif
#define HSW \
  :: d_step { hclr -> hclr = 0; hclra = 0; clear_rec() } \
  :: d_step { hclr -> hclr = 0; hclra = 0 }
#define SW(s) \
  :: d_step { s.pc == SIDLE && rec != 0 && (XDUE || LEFTDUE) -> s.pc = SCLR } \
  :: d_step { s.pc == SCLR && s.age <= L -> s.pc = SIDLE; s.age = 0; clear_rec() } \
  :: d_step { s.pc == SCLR && s.age <= L && !hclr -> hclr = 1; hclra = s.age; s.pc = SIDLE; s.age = 0 } \
  :: d_step { s.pc == SCLR -> s.pc = SIDLE; s.age = 0 }
#endif

#ifdef RESTORE
#define BACKTO(ng,ca) ng = (ca < OLD && ca < D -> D - ca : 0); ca = (ca == OLD -> OLD : (ca > D -> ca - D : 0))
#ifdef SWEEPERLIVES          /* a round that has waited goes on: what it waited for has not come to pass in this past */
#define GOBACK(s) if :: s.pc == SCLR || s.pc == SWAIT && s.wage == OLD -> s.pc = SWAIT; s.wage = OLD; s.age = 0; s.some = 0 :: else -> SIDLE_(s) fi
#else
#define GOBACK(s) SIDLE_(s)
#endif
#endif

/* ---------------- time ---------------- */
#ifdef X_NOLIMIT             /* an assumption taken away: commits may land however old their snapshot is (conflicts are remembered for ever) */
#define TO(o)     o.age = (o.pc == READ && o.age < DEAD -> o.age + 1 : ((o.pc == EXEC || o.pc == INFL) && o.age < L -> o.age + 1 : o.age)); \
                  o.cf = (o.pc == READ && o.age == DEAD -> 1 : o.cf); o.shz = (o.pc == READ && o.age == DEAD -> 0 : o.shz)
#define TH(hv,ha) ha = (hv != 0 && ha < L -> ha + 1 : ha)
#else
#define TO(o)     o.age = (o.pc >= READ && o.pc <= INFL && o.age < DEAD -> o.age + 1 : o.age); \
                  o.cf = (o.pc == READ && o.age == DEAD -> 1 : o.cf); o.shz = (o.pc == READ && o.age == DEAD -> 0 : o.shz)
#define TH(hv,ha) ha = (hv == 0 -> 0 : ha + 1); hv = (ha > L -> 0 : hv); ha = (ha > L -> 0 : ha)
#endif
#ifdef M_CACHEFOREVER
#define TC(ch,ca,ng,ck) ca = (ca < OLD - 1 -> ca + 1 : ca)
#else
#ifdef RESTORE
#define TC(ch,ca,ng,ck) ca = (ca < OLD && ng == 0 -> ca + 1 : ca); ng = (ng > 0 -> ng - 1 : 0); ck = (ca < OLD && CLOCK && ck <= A -> ck + 1 : ck); \
                        ca = (INTIME(ck) -> ca : OLD); ch = (ca == OLD -> 0 : ch); ng = (ca == OLD -> 0 : ng); ck = (ca == OLD -> 0 : ck)
#else
#define TC(ch,ca,ng,ck) ca = (ca < OLD -> ca + 1 : ca); ch = (ca == OLD -> 0 : ch)
#endif
#endif
#define TS(s)     s.age = ((s.pc == SADV || s.pc == SCLR) && s.age < DEAD -> s.age + 1 : s.age); s.wage = (s.pc == SWAIT && s.wage < OLD -> s.wage + 1 : s.wage)
#define TB(b,a)   a = (b -> a + 1 : 0); b = (a > L -> 0 : b); a = (a > L -> 0 : a)
bit leap;                    /* within one step only: versions leap, as in a recovery of the cluster, and clocks don't */
#define CLOCK !leap
#define TICK \
  TO(o0); TO(o1); TO(o2); TH(hv0,ha0); TH(hv1,ha1); TC(ch0,ca0,ng0,ck0); TC(ch1,ca1,ng1,ck1); TR; TS(s0); TS(s1); TB(hadv,hadva); TB(hclr,hclra); \
  xage = (rec != 0 && xage < XOLD -> xage + 1 : xage); gage = (had && gage < R + 1 -> gage + 1 : gage)

active proctype world() {
end:
  do
  OP(o0,ch0,ca0,ng0,ck0,1)
#if NOPS > 1
  OP(o1,ch1,ca1,ng1,ck1,1)
#endif
#if NOPS > 2
  OP(o2,ch0,ca0,ng0,ck0,o0.pc != IDLE)         /* on the first one's server, and interchangeable with it */
#endif
  HOV(hv0,ha0)
#if NHOV > 1
  HOV(hv1,ha1)
#endif
#if NSWP > 0
  SW(s0)
  HSW
#endif
#if NSWP > 1
  SW(s1)
#endif
  OPERATOR
  :: d_step { ca0 < OLD -> ca0 = OLD; ch0 = 0; RSTN(ng0); RSTN(ck0) }              /* a server restarts */
  :: d_step { ca1 < OLD -> ca1 = OLD; ch1 = 0; RSTN(ng1); RSTN(ck1) }
#ifdef RESTORE
  /* A backup takes the cluster's place, and versions go back by D ticks. Open transactions die; processes and what they have cached don't. */
  :: d_step { !saved && !restored -> saved = 1; b_rec = rec; b_hz = hz; b_eff = eff }
  :: d_step { saved -> restored = 1; saved = 0; rec = b_rec; hz = b_hz; eff = b_eff; ans = 0; b_rec = 0; b_hz = 0; b_eff = 0;
       CLOSE(o0); CLOSE(o1); CLOSE(o2); hv0 = 0; ha0 = 0; hv1 = 0; ha1 = 0; hadv = 0; hadva = 0; hclr = 0; hclra = 0;
       GOBACK(s0); GOBACK(s1); BACKTO(ng0,ca0); BACKTO(ng1,ca1) }
#ifdef LEAP
  :: d_step { restored -> leap = 1; TICK; leap = 0 }
#endif
#endif
  :: d_step { true -> TICK }
  od
}
