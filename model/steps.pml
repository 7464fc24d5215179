/*
 * STEPS mode: one request ID; a handler of two steps and an outcome; several servers' executions, zombies, takeovers, failures, recovery, and
 * an operator.
 *
 * Follows the code:
 *   worker    StepsOperation and StepsLookup (look, first, takenOver, held, the claim that is made ahead), Tenure (in, begin, takeOver, complete,
 *             release, renew), Steps (attempt, decide, ended, seal) and StepsRun (record, release), StoreLoop (what follows a commit), Heartbeat,
 *             Recoverer, Leasing
 *   store     Executions.begin / takeOver / remember / complete / clear, Records.complete, Leases.put / isHeld / isDue
 *   sweeper   SliceSweep (around what is in progress), Clearance
 *   operator  RecordResolver.resumeNow / fail / forget, ResolverLoop, SeenRecord
 *
 * For safety a lease may be over at any moment. What transaction.pml shows of cached horizons is taken for granted here: a transaction
 * whose read version is more than A behind the horizon's commit minds it (ua counts ticks since that commit); earlier ones may not.
 *
 * -DPARALLEL  both steps at once (else one after the other)      -DFINISH    the last step commits the outcome
 * -DOPAQUE    the ID bears no time: claimed ahead, index by age  -DBEATS     leases are renewed, given up, and run out
 * -DRESOLVER  an operator (with BEATS)                           -DLIVE      liveness, under weak fairness; see the end
 */
#ifndef NW
#define NW 2
#endif
#ifndef NHOV
#define NHOV 1
#endif
#define L 1                 /* Clearance.TRANSACTION_LIFE, in ticks */
#define A 2                 /* SubspaceState.ALLOWED_AGE */
#define DEAD (L+1)
#ifndef R
#define R 1                 /* OPAQUE: the retention, in ticks */
#endif
#define XOLD (R+L+1)
#ifndef TMAX
#define TMAX 2              /* tokens per lifetime, where they are modelled */
#endif
#if defined(OPAQUE) || defined(RESOLVER)
#define TOKENS              /* elsewhere an owner has one token, and a token one owner */
#endif

/* what a worker is at */
#define IDLE 0
#define CLAIM 1             /* OPAQUE: found absent, the claim's commit is not decided */
#define TAKE 2              /* found another's claim free, the takeover's commit is not decided */
#define TDONE 3             /* claim or takeover landed, not known */
#define RELOOK 4            /* the commit was unknown, or lost: same look, same owner, another transaction */
#define RUN  5              /* the handler runs */
#define WAIT 6              /* a duplicate that found the lease held */
#define GIVE 7              /* the handler has failed: the lease is to be given up */
#define REL  8              /* its commit is not decided */
#define RDONE 9             /* its commit landed, not known */
#define MARK 10             /* LIVE: the commit that leaves it stalled is not decided */

/* what a step (1, 2) or the outcome (3) is at: sN */
#define NONE 0
#define SIN  1              /* standing found, commit not decided; aN its age, fN: with the first claim */
#define SLND 2              /* landed, not known */
#define DONE 3

typedef W { unsigned pc:4; unsigned s1:2; unsigned s2:2; unsigned s3:2; unsigned a1:2; unsigned a2:2; unsigned a3:2; bit f1; bit f2;
  unsigned ow:3; unsigned tk:2; bit claimed; bit pg; bit resumed;
  bit st;                   /* ghost: belongs to a lifetime that is forgotten */
  bit cl;                   /* ghost: it knows that its claim was in the store */
  bit bad }                 /* ghost: an operator has ended its execution */
/* hovering commits: 0 none, 1..2 step, 3 outcome, 4 takeover, 5 renewal, 6 release, 7 claim */
typedef H { unsigned k:3; unsigned ow:3; unsigned tk:2; bit free; bit cl; bit bad; bit pg; unsigned age:2 }

/* the store */
unsigned rk:2;              /* record: 0 none, 1 claim, 2 outcome */
unsigned ro:3, rt:2;        /* the claim's owner and token */
bit p, l; unsigned lo:3, lt:2;  /* listed; lease, whose */
bit lh, lr; unsigned lf:2;  /* lease: held; given up; failures in a row */
bit rs1, rs2;               /* remembered steps */
bit ofail;                  /* the outcome is an operator's failure */
bit hz; unsigned ua:3;      /* horizon has passed the ID; ticks since, to A+L+1 */
unsigned xage:3; bit x;     /* OPAQUE: age index */
W w0, w1, w2;
H h0, h1;
bit sc, scp; unsigned sca:2;    /* sweeper's transaction: open; found it listed; age */
bit hc; unsigned hca:2;         /* sweeper's hovering clear, OPAQUE */
/* ghosts */
unsigned e1:2, e2:2, eo:2; unsigned gage:3; bit had;
#ifdef CHILD
bit cr, chz; unsigned ce:2;     /* another service's record of the call between step 1 and 2, and how often it took effect */
#endif
byte t;                         /* within one step only */

#ifdef LIVE
byte fb = FAULTS;           /* faults that are left */
#define FAULT fb > 0
#define PAY   fb--
#else
#define FAULT 1
#define PAY   skip
#endif

#define CLEARED(w) w.s1 = 0; w.s2 = 0; w.s3 = 0; w.a1 = 0; w.a2 = 0; w.a3 = 0; w.f1 = 0; w.f2 = 0
#define RESET(w) w.pc = IDLE; CLEARED(w); w.ow = 0; w.tk = 0; w.claimed = 0; w.pg = 0; w.resumed = 0; w.st = 0; w.cl = 0; w.bad = 0
#define DROP(h)  h.k = 0; h.ow = 0; h.tk = 0; h.free = 0; h.cl = 0; h.bad = 0; h.pg = 0; h.age = 0

#ifdef RESOLVER
/* the operator: 0 has no wish; 1 has seen an execution and looks; 2 the commit is not decided; 3 it landed, and that is not known */
#define RESUME 1
#define FAIL 2
#define FORGET 3
unsigned opc:2, okind:2, oseen:3, oage:2; bit ounk;
unsigned hf:2, hfo:3, hfa:2;    /* its hovering commit: kind, of whose execution, age */
bit odid;                       /* ghost: the wish has taken effect */
#define OUSED(i) (oseen == i || hfo == i)
#define NOTSEEN(P_OW) oseen = (oseen == P_OW -> 0 : oseen)     /* a claim says at which version it was begun: made again, it is another */
#else
#define OUSED(i) 0
#define NOTSEEN(P_OW) skip
#endif
/* the least owner's name that nobody has: owners are unique */
#define USED(i) (ro == i || lo == i || w0.ow == i || w1.ow == i || w2.ow == i || (h0.k != 0 && h0.ow == i) || (h1.k != 0 && h1.ow == i) || OUSED(i))
#define FRESH(v) v = (!USED(1) -> 1 : (!USED(2) -> 2 : (!USED(3) -> 3 : (!USED(4) -> 4 : (!USED(5) -> 5 : (!USED(6) -> 6 : 7))))))

/* ---- conflicts: who has read the record, a step's key, the lease ---- */
#define KILL1(w,cond) w.a1 = ((cond) -> DEAD : w.a1)
#ifdef M_CLAIMSNAP           /* steps read the claim without a conflict */
#define LOSEREC(w) KILL1(w, w.pc == CLAIM || w.pc == TAKE || w.pc == REL || w.pc == MARK || w.pc == RUN && w.s1 == SIN && w.f1); \
  w.a2 = (w.s2 == SIN && w.f2 -> DEAD : w.a2); w.a3 = (w.s3 == SIN -> DEAD : w.a3)
#define HREADSREC(h) (h.k == 4 || h.k == 3 || h.free || h.k >= 6)
#else
#define LOSEREC(w) KILL1(w, w.pc == CLAIM || w.pc == TAKE || w.pc == REL || w.pc == MARK || w.s1 == SIN); \
  w.a2 = (w.s2 == SIN -> DEAD : w.a2); w.a3 = (w.s3 == SIN -> DEAD : w.a3)
#define HREADSREC(h) (h.k != 5)
#endif
#define DROPIF(h,cond) t = (h.k != 0 && (cond)); h.k = (t -> 0 : h.k); h.ow = (t -> 0 : h.ow); h.tk = (t -> 0 : h.tk); h.free = (t -> 0 : h.free); \
  h.cl = (t -> 0 : h.cl); h.bad = (t -> 0 : h.bad); h.pg = (t -> 0 : h.pg); h.age = (t -> 0 : h.age); t = 0
#ifdef RESOLVER
#define LOSEOP oage = (opc == 2 -> DEAD : oage); hf = 0; hfo = 0; hfa = 0
#ifdef M_RESUMESNAP          /* resumeNow reads the lease without a conflict */
#define LOSEOPL oage = (opc == 2 && okind != RESUME -> DEAD : oage); t = (hf == FORGET); hf = (t -> 0 : hf); hfo = (t -> 0 : hfo); hfa = (t -> 0 : hfa); t = 0
#else
#define LOSEOPL oage = (opc == 2 && okind != FAIL -> DEAD : oage); t = (hf != FAIL); hf = (t -> 0 : hf); hfo = (t -> 0 : hfo); hfa = (t -> 0 : hfa); t = 0
#endif
#else
#define LOSEOP skip
#define LOSEOPL skip
#endif
inline rec_written() { LOSEREC(w0); LOSEREC(w1); LOSEREC(w2); DROPIF(h0, HREADSREC(h0)); DROPIF(h1, HREADSREC(h1)); LOSEOP }
#ifdef M_STEPSNAP            /* remembered results are read without a conflict */
#define LOSESTEP(N)
#else
#define LOSESTEP(N) w0.a##N = (w0.pc == RUN && w0.s##N == SIN -> DEAD : w0.a##N); w1.a##N = (w1.pc == RUN && w1.s##N == SIN -> DEAD : w1.a##N); \
  w2.a##N = (w2.pc == RUN && w2.s##N == SIN -> DEAD : w2.a##N); DROPIF(h0, h0.k == N); DROPIF(h1, h1.k == N)
#endif
/* takeovers, renewals, and who gives up or marks as stalled have read the lease */
#ifdef M_RELEASESNAP         /* giving up reads the lease without a conflict */
#define READSLEASE(w) (w.pc == TAKE || w.pc == MARK)
#define HREADSLEASE(h) (h.k == 4 || h.k == 5)
#else
#define READSLEASE(w) (w.pc == TAKE || w.pc == MARK || w.pc == REL)
#define HREADSLEASE(h) (h.k >= 4 && h.k != 7)
#endif
inline lease_written() { KILL1(w0, READSLEASE(w0)); KILL1(w1, READSLEASE(w1)); KILL1(w2, READSLEASE(w2));
  DROPIF(h0, HREADSLEASE(h0)); DROPIF(h1, HREADSLEASE(h1)); LOSEOPL }

/* ---- whose claim, whose lease ---- */
#ifdef M_NOTOKEN             /* a claim is a claim, whoever's */
#define MINE(w) (rk == 1)
#else
#ifdef M_TOKENONLY           /* the token alone, without the owner */
#define MINE(w) (rk == 1 && rt == w.tk)
#else
#define MINE(w) (rk == 1 && ro == w.ow && rt == w.tk)
#endif
#endif
#ifdef M_BEATTOKEN           /* the heartbeat goes by the token alone */
#define LMINE(w) (l && lt == w.tk)
#else
#define LMINE(w) (l && lo == w.ow && lt == w.tk)
#endif

#ifdef OPAQUE
#define UNAWARE 1
#define AWARE 0
#else
#define UNAWARE (!hz || ua <= A)
#define AWARE hz
#endif

#if defined(BEATS) || defined(LIVE)
#define LEASED 1
#else
#define LEASED 0            /* not modelled */
#endif
#ifdef LIVE
#ifdef M_FORGETFAILURES      /* who takes over begins to count anew */
#define FAILED_BEFORE lf = 0
#else
#ifdef M_DEATHSFREE          /* who dies without a word is not counted */
#define FAILED_BEFORE skip
#else
#define FAILED_BEFORE lf = (!lr && lf < STALL -> lf + 1 : lf)
#endif
#endif
#define STALL 2
#define STALLED (lr && lf >= STALL)
#else
#define FAILED_BEFORE skip
#define STALL 3
#define STALLED 0
#endif
#ifdef LIVE
#define COUNT(P_PG) lf = (P_PG -> 1 : (lf < STALL -> lf + 1 : lf))
#else
#define COUNT(P_PG) skip
#endif
#ifdef PARALLEL
#define ORDERED skip
#else
#define ORDERED assert(e1 == 1)
#endif

/* ---- commits that land ---- */
#define INVARIANT assert((rk == 1) == p && p == l); assert(!(rs1 || rs2) || rk == 1)
#define STALE(w) w.st = (w.pc != IDLE && w.pc != WAIT -> 1 : 0)
inline begun(P_OW, P_TK, P_CL) {
#ifdef OPAQUE
  if :: had -> assert(gage > R); e1 = 0; e2 = 0; eo = 0; had = 0; gage = 0; STALE(w0); STALE(w1); STALE(w2)
  :: else fi;
#endif
#ifdef TOKENS
  rt = P_TK; lt = P_TK;
#endif
  NOTSEEN(P_OW);
  assert(rk == 0);
  assert(!P_CL);                                            /* WHO KNOWS OF A CLAIM NEVER BEGINS ANEW */
  rk = 1; ro = P_OW; p = 1; l = 1; lo = P_OW; lh = LEASED; lr = 0; lf = 0
}
#define GONE rk = 2; ro = 0; rt = 0; p = 0; l = 0; lo = 0; lt = 0; lh = 0; lr = 0; lf = 0; rs1 = 0; rs2 = 0
inline outcome_written(P_AGE) {
  assert(e1 == 1 && e2 == 1); eo++; assert(eo == 1);        /* AFTER BOTH, ONCE */
  GONE;
#ifdef OPAQUE
  x = 1; xage = P_AGE; had = 1; gage = 0;
#endif
  lease_written(); rec_written()
}
/* a commit of step or outcome P_N by owner P_OW */
inline step_landed(P_N, P_OW, P_TK, P_FREE, P_AGE, P_CL, P_BAD) {
  assert(!P_BAD);                                           /* ENDED BY AN OPERATOR: NOT ANOTHER STEP */
  if :: P_FREE -> begun(P_OW, P_TK, P_CL); lease_written(); rec_written()
     :: else
#ifndef M_TOKENONLY
        -> assert(rk == 1 && ro == P_OW)                    /* FENCED: NOBODY COMMITS FOR ANOTHER'S CLAIM */
#endif
  fi;
  if
  :: P_N == 1 -> e1++; assert(e1 == 1); rs1 = 1; LOSESTEP(1)                       /* AT MOST ONCE */
  :: P_N == 2 -> e2++; assert(e2 == 1); ORDERED; rs2 = 1; LOSESTEP(2);
#ifdef FINISH
     outcome_written(P_AGE)
#endif
  :: P_N == 3 -> outcome_written(P_AGE)
  fi;
  INVARIANT
}
inline takeover_landed(P_OW, P_TK) {
  NOTSEEN(P_OW);
#ifndef M_TAKEBLIND
  assert(rk == 1);
#endif
  rk = 1; l = 1; ro = P_OW; lo = P_OW; lh = LEASED; FAILED_BEFORE; lr = 0;
#ifdef TOKENS
  rt = P_TK; lt = P_TK;
#endif
  lease_written(); rec_written(); INVARIANT
}
inline released(P_OW, P_PG) {
  assert(rk == 1 && ro == P_OW && lo == P_OW);              /* WHO HAS IT GIVES IT UP, */
  assert(!lr);                                              /* AND IS COUNTED ONCE */
  lh = 0; lr = 1; COUNT(P_PG); lease_written(); INVARIANT
}
/* ---- a worker ---- */
#define ANSWERED(w) if :: w.st :: else -> assert(eo == 1) fi
#define KNOW(w) w.claimed = 1; w.cl = 1
#define STARTRUN(w) w.pc = RUN; CLEARED(w)
#ifdef TOKENS
#define CANTAKE (rt < TMAX)
#define NEXTTOKEN rt + 1
#define FIRSTTOKEN 1
#else
#define CANTAKE 1
#define NEXTTOKEN 0
#define FIRSTTOKEN 0
#endif
#ifdef LIVE                  /* a lease ends when its holder is gone, or gives it up */
#define ALIVE(w) (w.ow != 0 && w.ow == ro && w.pc >= TDONE && w.pc != WAIT)
#define OVER  (lr || !(ALIVE(w0) || ALIVE(w1) || ALIVE(w2)))
#else
#ifdef BEATS
#define OVER !lh
#else
#define OVER 1
#endif
#endif
#ifdef M_TAKEBLIND           /* a takeover that doesn't look at the record in its own transaction */
#define TAKEAGE(w) 0
#else
#define TAKEAGE(w) w.a1
#endif

/* StepsLookup.in for a client's attempt. A record counts whatever the horizon; its absence at or before the horizon is EXPIRED. */
#ifdef OPAQUE
#define BEGINS(w) w.pc = CLAIM
#else
#define BEGINS(w) STARTRUN(w)
#endif
#define LOOKS(w,may) ((w.pc == IDLE || w.pc == WAIT) && (may))
#ifdef M_EXPIREFIRST         /* the horizon decides before the record does */
#define KNOWS UNAWARE
#define UNKNOWABLE AWARE
#else
#define KNOWS 1
#define UNKNOWABLE (AWARE && rk == 0)
#endif
#define CLIENT(w,may) \
  :: d_step { LOOKS(w,may) && UNAWARE && rk == 0 -> RESET(w); FRESH(w.ow); w.tk = FIRSTTOKEN; BEGINS(w) } \
  :: d_step { LOOKS(w,may) && KNOWS && rk == 2 -> ANSWERED(w); RESET(w) } \
  :: d_step { LOOKS(w,may) && KNOWS && rk == 1 && OVER && CANTAKE -> RESET(w); FRESH(w.ow); w.tk = NEXTTOKEN; w.pc = TAKE } \
  :: d_step { w.pc == IDLE && (may) && KNOWS && rk == 1 && !(OVER && LEASED) -> w.pc = WAIT } \
  :: d_step { LOOKS(w,may) && UNKNOWABLE -> assert(rk == 0); RESET(w) }          /* EXPIRED: NOTHING IS KNOWN */
#ifdef M_RESUMEBYID          /* the recoverer looks the ID up, and hears that it has expired */
#define RESUMABLE UNAWARE
#else
#define RESUMABLE 1
#endif
#if defined(LIVE) && !defined(M_DEATHSFREE)     /* StepsLookup.decide, on the server's own account */
#define LEFTSTALLED (!lr && lf + 1 >= STALL)
#else
#define LEFTSTALLED 0
#endif
#define RECOVER(w) \
  :: d_step { w.pc == IDLE && p && rk == 1 && OVER && CANTAKE && RESUMABLE && !STALLED && !LEFTSTALLED -> \
       RESET(w); FRESH(w.ow); w.tk = NEXTTOKEN; w.pc = TAKE; w.resumed = 1 } \
  :: d_step { w.pc == IDLE && p && rk == 1 && OVER && RESUMABLE && !STALLED && LEFTSTALLED -> w.pc = MARK; w.a1 = 0 } \
  :: d_step { w.pc == MARK && w.a1 <= L -> RESET(w); lh = 0; lr = 1; lf = STALL; lease_written(); INVARIANT } \
  :: d_step { w.pc == MARK && w.a1 > L -> RESET(w) }

/* what Tenure.in finds when a step's transaction begins */
#ifdef M_HZRUN               /* whoever has claimed minds the horizon all the same */
#define HELD(w) (MINE(w) && UNAWARE)
#define LOST(w) (AWARE || (rk == 0 && w.claimed) || (rk != 0 && !(MINE(w))))
#else
#define HELD(w) MINE(w)
#define LOST(w) (rk == 0 && (w.claimed || AWARE) || rk != 0 && !(MINE(w)))
#endif
#define KNOWN1 rs1
#define KNOWN2 rs2
#define KNOWN3 0
#define SETF1(w,b) w.f1 = b
#define SETF2(w,b) w.f2 = b
#define SETF3(w,b) skip
#define F1(w) w.f1
#define F2(w) w.f2
#define F3(w) 0
#define NEXT1(w) 1
#if defined(PARALLEL) || defined(M_FINISHWITHIN)   /* FINISH: the last step is begun although another one is under way */
#define NEXT2(w) 1
#else
#ifdef CHILD
#define NEXT2(w) (w.s1 == DONE && cr)
#else
#define NEXT2(w) (w.s1 == DONE)
#endif
#endif
#ifdef FINISH
#define NEXT3(w) 0
#else
#ifdef M_ANSWERWITHIN        /* the handler's answer is recorded although a step is under way */
#define NEXT3(w) (w.s1 != NONE && w.s2 != NONE)
#else
#define NEXT3(w) (w.s1 == DONE && w.s2 == DONE)
#endif
#endif
#ifdef LIVE
#define PROGRESS(w,N) w.pg = (N < 3 -> 1 : w.pg)
#else
#define PROGRESS(w,N) skip
#endif
#define STEP(w,N) \
  /* its transaction: nobody's yet; ours, and done before or to be done; or lost */ \
  :: d_step { w.pc == RUN && w.s##N == NONE && NEXT##N(w) && rk == 0 && !w.claimed && UNAWARE && N < 3 -> w.s##N = SIN; SETF##N(w,1); w.a##N = 0 } \
  :: d_step { w.pc == RUN && w.s##N == NONE && NEXT##N(w) && HELD(w) && !KNOWN##N -> w.s##N = SIN; SETF##N(w,0); KNOW(w); w.a##N = 0 } \
  :: d_step { w.pc == RUN && w.s##N == NONE && NEXT##N(w) && HELD(w) && KNOWN##N -> w.s##N = DONE; KNOW(w) } \
  :: d_step { w.pc == RUN && w.s##N == NONE && NEXT##N(w) && LOST(w) -> RESET(w) } \
  /* the store decides */ \
  :: d_step { w.pc == RUN && w.s##N == SIN && w.a##N <= L -> w.s##N = SLND; t_a = w.a##N; t_f = F##N(w); w.a##N = 0; SETF##N(w,0); \
       step_landed(N, w.ow, w.tk, t_f, t_a, w.cl, w.bad); t_a = 0; t_f = 0 } \
  :: d_step { w.pc == RUN && w.s##N == SIN && w.a##N > L -> w.s##N = NONE; w.a##N = 0; SETF##N(w,0) } \
  :: d_step { w.pc == RUN && w.s##N == SLND -> w.s##N = DONE; KNOW(w); PROGRESS(w,N) } \
  :: d_step { w.pc == RUN && w.s##N == SLND && FAULT -> PAY; w.s##N = NONE } \
  HOVERSTEP(w,N,h0,h0.k == 0) HOVERSTEP2(w,N)
byte t_a, t_f;              /* within one step only */
/* 1031, 1039 (goes on in another transaction), the end of the execution, or death, with the commit under way */
#define HOVERSTEP(w,N,h,fr) \
  :: d_step { w.pc == RUN && w.s##N == SIN && w.a##N <= L && (fr) && FAULT -> PAY; h.k = N; h.ow = w.ow; h.tk = w.tk; h.free = F##N(w); h.cl = w.cl; \
       h.bad = w.bad; h.age = w.a##N; w.s##N = NONE; w.a##N = 0; SETF##N(w,0) } \
  :: d_step { w.pc == RUN && w.s##N == SIN && w.a##N <= L && (fr) && FAULT -> PAY; h.k = N; h.ow = w.ow; h.tk = w.tk; h.free = F##N(w); h.cl = w.cl; \
       h.bad = w.bad; h.age = w.a##N; RESET(w) }
#define HOVERLOOK(w,P_PC,P_K,P_THEN,h,fr) \
  :: d_step { w.pc == P_PC && w.a1 <= L && (fr) && FAULT -> PAY; h.k = P_K; h.ow = w.ow; h.tk = w.tk; h.cl = w.cl; h.bad = w.bad; h.pg = w.pg; h.age = w.a1; \
       w.pc = P_THEN; w.a1 = 0 } \
  :: d_step { w.pc == P_PC && w.a1 <= L && (fr) && FAULT -> PAY; h.k = P_K; h.ow = w.ow; h.tk = w.tk; h.cl = w.cl; h.bad = w.bad; h.pg = w.pg; h.age = w.a1; RESET(w) }
#define HOVERS(w,h,fr) HOVERLOOK(w,TAKE,4,RELOOK,h,fr) HOVERCLAIM(w,h,fr) HOVERREL(w,h,fr)
#ifdef OPAQUE
#define HOVERCLAIM(w,h,fr) HOVERLOOK(w,CLAIM,7,RELOOK,h,fr)
#else
#define HOVERCLAIM(w,h,fr)
#endif
#if defined(BEATS) || defined(LIVE)
#define HOVERREL(w,h,fr) HOVERLOOK(w,REL,6,GIVE,h,fr)
#else
#define HOVERREL(w,h,fr)
#endif
#if NHOV > 1
#define HOVERSTEP2(w,N) HOVERSTEP(w,N,h1,h0.k != 0 && h1.k == 0)
#define HOVERS2(w) HOVERS(w,h1,h0.k != 0 && h1.k == 0)
#else
#define HOVERSTEP2(w,N)
#define HOVERS2(w)
#endif
#ifdef M_UNCONFIRMED         /* who has claimed ahead doesn't know it: as if its first step had to claim */
#define CONFIRMED(w) (rt > 1 || ro != w.ow || w.tk > 1)
#else
#define CONFIRMED(w) 1
#endif
#define COMMON(w) \
  :: d_step { w.pc == TAKE && TAKEAGE(w) <= L -> w.a1 = 0; w.pc = TDONE; takeover_landed(w.ow, w.tk) } \
  :: d_step { w.pc == TAKE && TAKEAGE(w) > L -> w.a1 = 0; w.pc = RELOOK } \
  :: d_step { w.pc == TDONE -> KNOW(w); w.claimed = CONFIRMED(w); STARTRUN(w) } \
  :: d_step { w.pc == TDONE && FAULT -> PAY; w.pc = RELOOK } \
  :: d_step { w.pc == RELOOK && MINE(w) -> KNOW(w); STARTRUN(w) } \
  :: d_step { w.pc == RELOOK && rk == 1 && !MINE(w) && OVER && CANTAKE -> w.pc = TAKE; w.tk = NEXTTOKEN } \
  :: d_step { w.pc == RELOOK && !(MINE(w)) -> RESET(w) } \
  CLAIMS(w) \
  STEP(w,1) STEP(w,2) OUTCOME(w) \
  CALLS(w) FAILURE(w) \
  /* it dies, anywhere */ \
  :: d_step { w.pc != IDLE && w.pc != WAIT && FAULT -> PAY; RESET(w) } \
  HOVERS(w,h0,h0.k == 0) HOVERS2(w) BEAT(w)
#ifdef FINISH
#define OUTCOME(w) :: d_step { w.pc == RUN && w.s1 == DONE && w.s2 == DONE -> ANSWERED(w); RESET(w) }
#else
#define OUTCOME(w) STEP(w,3) :: d_step { w.pc == RUN && w.s3 == DONE -> ANSWERED(w); RESET(w) }
#endif
#ifdef OPAQUE
#define CLAIMS(w) \
  :: d_step { w.pc == CLAIM && w.a1 <= L -> w.a1 = 0; w.pc = TDONE; begun(w.ow, w.tk, w.cl); lease_written(); rec_written(); INVARIANT } \
  :: d_step { w.pc == CLAIM && w.a1 > L -> w.a1 = 0; w.pc = RELOOK } \
  :: d_step { w.pc == RELOOK && rk == 0 -> w.pc = CLAIM; w.tk = FIRSTTOKEN }
#else
#define CLAIMS(w)
#endif
/* a call between the steps: replayed, executed, or refused as expired */
#ifdef CHILD
#define CALLS(w) \
  :: d_step { w.pc == RUN && w.s1 == DONE && w.s2 == NONE && !cr && !chz -> cr = 1; ce++; assert(ce == 1) } \
  :: d_step { w.pc == RUN && w.s1 == DONE && w.s2 == NONE && !cr && chz -> RESET(w) }
#else
#define CALLS(w)
#endif
/* the handler fails: it gives its lease up, if it is known to have one */
#if defined(BEATS) || defined(LIVE)
#ifdef M_RELEASEAGAIN        /* doesn't look whether that was done before */
#define GIVENUP(w) 0
#else
#define GIVENUP(w) (LMINE(w) && lr)
#endif
#define FAILURE(w) DIES(w) \
  :: d_step { w.pc == RUN && w.claimed && MAYFAIL(w) -> w.pc = GIVE; CLEARED(w) } \
  :: d_step { w.pc == RUN && !w.claimed && MAYFAIL(w) -> RESET(w) } \
  :: d_step { w.pc == GIVE && MINE(w) && !GIVENUP(w) -> w.pc = REL; w.a1 = 0 } \
  :: d_step { w.pc == GIVE && !(MINE(w) && !GIVENUP(w)) -> RESET(w) } \
  :: d_step { w.pc == REL && w.a1 <= L -> w.pc = RDONE; w.a1 = 0; released(w.ow, w.pg) } \
  :: d_step { w.pc == REL && w.a1 > L -> w.pc = GIVE; w.a1 = 0 } \
  :: d_step { w.pc == RDONE -> RESET(w) } \
  :: d_step { w.pc == RDONE && FAULT -> PAY; w.pc = GIVE }
#else
#define FAILURE(w)
#endif
#ifdef DEATHS
#define DIES(w) :: d_step { w.pc == RUN && MAYFAIL(w) -> RESET(w) }
#else
#define DIES(w)
#endif
#ifndef LIVE
#define MAYFAIL(w) 1
#else
#define MAYFAIL(w) (FAILURES && w.s1 != SIN && w.s1 != SLND && w.s2 != SIN && w.s2 != SLND && w.s3 == NONE)
#endif
#ifdef BEATS
#define BEAT(w) \
  :: d_step { w.pc == RUN && w.claimed && LMINE(w) && h0.k == 0 -> h0.k = 5; h0.ow = w.ow; h0.tk = w.tk; h0.cl = w.cl; h0.age = 0 }
#define RUNOUT :: d_step { lh -> lh = 0 }
#else
#define BEAT(w)
#define RUNOUT
#endif
H g;                         /* within one step only */
#define HOV(h) \
  :: d_step { h.k != 0 -> g.k = h.k; g.ow = h.ow; g.tk = h.tk; g.free = h.free; g.cl = h.cl; g.bad = h.bad; g.pg = h.pg; g.age = h.age; DROP(h); \
       if :: g.k <= 3 -> step_landed(g.k, g.ow, g.tk, g.free, g.age, g.cl, g.bad) \
          :: g.k == 4 -> takeover_landed(g.ow, g.tk) \
          :: g.k == 5 -> assert(rk == 1 && ro == g.ow); /* ONLY ITS HOLDER RENEWS IT */ lo = g.ow; lt = g.tk; lh = LEASED; lr = 0; lease_written(); INVARIANT \
          :: g.k == 6 -> released(g.ow, g.pg) \
          :: g.k == 7 -> begun(g.ow, g.tk, g.cl); lease_written(); rec_written(); INVARIANT \
       fi; DROP(g) } \
  :: d_step { h.k != 0 -> DROP(h) }

/* ---- operator ---- */
#ifdef RESOLVER
#define LIKE (rk == 1 && ro == oseen)
#ifdef M_FORGETRUNNING       /* doesn't mind who runs */
#define MINDSLEASE (okind == RESUME)
#else
#define MINDSLEASE (okind != FAIL)
#endif
#ifdef M_OUNKNOWN            /* that an earlier try may have taken effect is forgotten */
#define OUNKNOWN skip
#else
#define OUNKNOWN ounk = 1
#endif
#ifdef OPAQUE
#define FAILAGE x = 1; xage = P_AGE; had = 1; gage = 0
#else
#define FAILAGE skip
#endif
#define ENDED(w) w.bad = (w.cl -> 1 : w.bad); STALE(w)
inline wish_landed(P_KIND, P_OF, P_AGE) {
  assert(rk == 1 && ro == P_OF);                            /* WHAT WAS SEEN, AND NOTHING ELSE, */
  assert(!odid || P_KIND == RESUME); odid = 1;              /* ONCE FOR EACH WISH */
  if
  :: P_KIND == RESUME -> assert(!lh); lo = ro; lt = rt; lr = 1; lf = 0; lease_written()      /* WHO RUNS IS LEFT ALONE */
  :: P_KIND == FAIL -> GONE; ofail = 1; eo = 1; FAILAGE; ENDED(w0); ENDED(w1); ENDED(w2); lease_written(); rec_written()
  :: P_KIND == FORGET -> assert(!lh); GONE; rk = 0; e1 = 0; e2 = 0; eo = 0; ENDED(w0); ENDED(w1); ENDED(w2); lease_written(); rec_written(); LOSESTEP(1); LOSESTEP(2)
  fi;
#ifdef M_FAILKEEPS           /* the failure is written beside what is in progress, not in its place */
  if :: P_KIND == FAIL -> rk = 1; ro = P_OF; p = 1; l = 1; lo = P_OF :: else fi
#endif
  INVARIANT
}
#define NOWISH opc = 0; okind = 0; oseen = 0; oage = 0; ounk = 0; odid = 0
#define WISH(K) :: d_step { opc == 0 && hf == 0 && rk == 1 -> opc = 1; okind = K; oseen = ro }
#define OPERATOR \
  WISH(RESUME) WISH(FAIL) WISH(FORGET) \
  :: d_step { opc == 1 && LIKE && MINDSLEASE && lh -> if :: !ounk -> assert(!odid) :: else fi; NOWISH }       /* RUNNING */ \
  :: d_step { opc == 1 && LIKE && !(MINDSLEASE && lh) -> opc = 2; oage = 0 } \
  :: d_step { opc == 1 && okind == FAIL && rk == 2 && ofail -> NOWISH }                                       /* FAILED, by whom ever */ \
  :: d_step { opc == 1 && okind == FORGET && rk == 0 -> NOWISH }                                              /* FORGOTTEN, by whom ever */ \
  :: d_step { opc == 1 && !LIKE && !(okind == FAIL && rk == 2 && ofail) && !(okind == FORGET && rk == 0) -> \
       if :: !ounk -> assert(!odid) /* CHANGED: IT WAS NOT WE */ :: else fi; NOWISH } \
  :: d_step { opc == 2 && oage <= L -> opc = 3; t_a = oage; oage = 0; wish_landed(okind, oseen, t_a); t_a = 0 } \
  :: d_step { opc == 2 && oage > L -> opc = 1; oage = 0 } \
  :: d_step { opc == 2 && oage <= L && hf == 0 -> hf = okind; hfo = oseen; hfa = oage; opc = 1; oage = 0; OUNKNOWN } \
  :: d_step { opc == 3 -> NOWISH } \
  :: d_step { opc == 3 -> opc = 1; OUNKNOWN } \
  :: d_step { opc != 0 -> NOWISH } \
  :: d_step { hf != 0 -> g.k = hf; g.ow = hfo; g.age = hfa; hf = 0; hfo = 0; hfa = 0; wish_landed(g.k, g.ow, g.age); DROP(g); odid = (opc == 0 -> 0 : odid) } \
  :: d_step { hf != 0 -> hf = 0; hfo = 0; hfa = 0 }
#define TR oage = (opc == 2 && oage < DEAD -> oage + 1 : oage); hfa = (hf != 0 -> hfa + 1 : 0); hf = (hfa > L -> 0 : hf); hfo = (hf == 0 -> 0 : hfo); hfa = (hfa > L -> 0 : hfa)
#else
#define OPERATOR
#define TR skip
#endif

/* ---- sweeper ---- */
inline cleared() { rk = 0; ro = 0; rt = 0; rs1 = 0; rs2 = 0; x = 0; xage = 0; ofail = 0; rec_written(); LOSESTEP(1); LOSESTEP(2) }
#ifdef M_WAITA               /* waits for the allowed age alone; or from where the old horizon was read, and not from where the new one was seen */
#define SETTLED (ua > A)
#else
#define SETTLED (ua > A + L)
#endif
#ifdef M_NOKEEP
#define KEPT 0
#else
#define KEPT p
#endif
#ifndef OPAQUE
#define SWEEP \
  :: d_step { !hz -> hz = 1; ua = 0 } \
  :: d_step { hz && SETTLED && !sc -> sc = 1; scp = KEPT; sca = 0 }     /* whether or not it is there: others are in the range */ \
  :: d_step { sc && sca <= L -> if :: !scp -> cleared(); assert(!p) :: else fi; sc = 0; scp = 0; sca = 0 }   /* NOTHING HALF DONE IS FORGOTTEN */ \
  :: d_step { sc -> sc = 0; scp = 0; sca = 0 }
#else
#ifdef M_WALL
#define XDUE 1
#else
#define XDUE (xage > R + L)
#endif
#define SWEEP \
  :: d_step { x && XDUE && !sc && !(KEPT) -> sc = 1; sca = 0 } \
  :: d_step { sc && sca <= L -> sc = 0; sca = 0; hc = 0; hca = 0; cleared(); assert(!p) } \
  :: d_step { sc && sca <= L && !hc -> hc = 1; hca = sca; sc = 0; sca = 0 } \
  :: d_step { sc -> sc = 0; sca = 0 } \
  :: d_step { hc -> hc = 0; hca = 0; sc = 0; sca = 0; cleared(); assert(!p) } \
  :: d_step { hc -> hc = 0; hca = 0 }
#endif

/* ---- time ---- */
#ifdef X_NOLIMIT             /* an assumption taken away: commits may land however old their snapshot is */
#define TW(w) skip
#define TH(h) skip
#else
#define INFLIGHT1(w) (w.pc == CLAIM || w.pc == TAKE || w.pc == REL || w.pc == MARK || w.s1 == SIN)
#define TW(w) w.a1 = (INFLIGHT1(w) && w.a1 < DEAD -> w.a1 + 1 : w.a1); w.a2 = (w.s2 == SIN && w.a2 < DEAD -> w.a2 + 1 : w.a2); w.a3 = (w.s3 == SIN && w.a3 < DEAD -> w.a3 + 1 : w.a3)
#define TH(h) h.age = (h.k != 0 -> h.age + 1 : 0); DROPIF(h, h.age > L)
#endif
#define TICK TW(w0); TW(w1); TW(w2); TH(h0); TH(h1); TR; \
  ua = (hz && ua < A + L + 1 -> ua + 1 : ua); \
  sca = (sc -> sca + 1 : 0); sc = (sca > L -> 0 : sc); scp = (sca > L -> 0 : scp); sca = (sca > L -> 0 : sca); \
  hca = (hc -> hca + 1 : 0); hc = (hca > L -> 0 : hc); hca = (hca > L -> 0 : hca); \
  xage = (x && xage < XOLD -> xage + 1 : xage); gage = (had && gage < R + 1 -> gage + 1 : gage)
#ifdef CHILD
#define CHILDSWEEP :: d_step { cr -> cr = 0; chz = 1 }       /* the other service's retention is over: forgotten, and refused */
#else
#define CHILDSWEEP
#endif

#ifndef LIVE
active proctype world() {
end:
  do
  CLIENT(w0,1) RECOVER(w0) COMMON(w0)
#if NW > 1
  CLIENT(w1,1) RECOVER(w1) COMMON(w1)
#endif
#if NW > 2
  CLIENT(w2,w0.pc != IDLE) RECOVER(w2) COMMON(w2)
#endif
  HOV(h0)
#if NHOV > 1
  HOV(h1)
#endif
  RUNOUT OPERATOR
#ifndef NOSWEEP
  SWEEP
#endif
  CHILDSWEEP
  :: d_step { true -> TICK }
  od
}
#else
/*
 * Liveness. w0: a client whose attempts may come or not; w1: a server's recoverer; w2: a duplicate that came once and waits.
 * FAULTS faults are left; handlers may fail (or, with DEATHS, die) for ever with FAILURES=1, or until an operator has had it resumed (MENDED).
 */
#ifdef MENDED
#define FAILURES !mended
#endif
bit mended, came;
#define OPEN(w) (w.pc == CLAIM || w.pc == TAKE || w.pc == REL || w.pc == MARK || w.s1 == SIN || w.s2 == SIN || w.s3 == SIN)
active proctype client()    { end: do CLIENT(w0,fb > 0) COMMON(w0) od }
active proctype recoverer() { end: do RECOVER(w1) COMMON(w1) od }
active proctype duplicate() { end: do :: d_step { !came -> came = 1; w2.pc = WAIT } CLIENT(w2,w2.pc == WAIT) COMMON(w2) od }
active proctype hover()     { end: do HOV(h0) od }
active proctype sweeper()   { end: do SWEEP od }
/* time that passes does no harm once faults are over: nothing is open for longer than it lives */
active proctype time()      { end: do :: d_step { (FAULT || !(OPEN(w0) || OPEN(w1) || OPEN(w2))) && (hz && ua < A + L + 1 || h0.k != 0 || fb > 0) -> fb = (fb > 0 -> fb - 1 : 0); TICK } od }
#ifdef MENDED
#ifdef M_RESUMEKEEPS         /* resumeNow doesn't take back that it is stalled */
#define TAKEBACK skip
#else
#define TAKEBACK lf = 0
#endif
active proctype operator()  { end: do :: d_step { STALLED && !mended -> mended = 1; TAKEBACK; lr = 1; lease_written() } od }
ltl mends     { [] (mended -> <> (eo == 1)) }
#endif
ltl completes { [] ((rk == 1) -> <> (eo == 1)) }
ltl rests     { [] ((rk == 1) -> <> (eo == 1 || STALLED)) }
ltl waitends  { [] ((w2.pc == WAIT) -> <> (w2.pc != WAIT)) }
#endif
