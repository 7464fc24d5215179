/*
 * The calls that handlers make: two operations of one caller, each with two calls to another guarded service, whose records of them lie side
 * by side below one horizon; executions of both by two servers, zombies included; calls that arrive late and again.
 *
 * Follows the code:
 *   caller   GuardedExecution, RequestId.ofOperation / child / ofPart, DerivedId, TimeBearing (which ID a call has), Claims (first, timeOf) and
 *            StepsLookup.first (since when an operation under an opaque ID is executed), Tenure (who may commit), Steps (a call within a step)
 *   callee   Records.find, TransactionOperation.decide (replayed, refused as reused or as expired, or executed), SliceSweep
 *
 * What steps.pml and transaction.pml show is taken for granted: the caller's steps, takeovers and outcome, and the callee's execution, are
 * each one moment here. What isn't: that the first claim's commit may be unknown and land late.
 *
 * The handler: call 0, a step, call 1, the outcome. A request's content says which call it is, and not for which operation: the two
 * operations ask for the same.
 *
 * -DOPAQUE     the operations' IDs bear no time                  -DWITHIN      call 0 is made within the step
 * -DUNLABELLED calls are told apart by their order               -DREORDERED   an execution may make the calls in the other order: it runs
 *                                                                              another version of the handler
 * -DCONCURRENT both are started at once
 */
#ifndef OPS
#define OPS 1               /* 1: two servers execute the same operation; 2: each its own */
#endif
#define IDLE 0
#define CLAIM 1             /* OPAQUE: found absent, the claim's commit is not decided */
#define UNKNOWN 2           /* its result is unknown: same look, same owner, once more */
#define RUN 3

#define MOST 2              /* times: 1 and 2 */

/* the caller's store, for each of the two operations */
byte rk[2];                 /* 0 no record, 1 claim, 2 outcome */
byte ro[2], rT[2];          /* the claim's owner and time */
bit rs[2];                  /* the step is remembered */
/* a claim's commit that hovers */
bit hv, hvop; byte hvow, hvT;

/* the callee's store: by ID, the content of the call that was executed under it, plus 1 */
byte called[16];
byte horizon;               /* IDs of this time, or before, are refused unless they have a record */
byte clock = 1;
/* a call on its way, which may arrive any time, and again */
bit late, latek, lateop; byte lateid;

byte effects[4];            /* ghost: of each operation's calls */
byte taken[2];              /* ghost: how often an execution took over */

typedef W { bit op; byte pc; byte ow; byte T; bit claimed; byte ord[2]; bit answered[2]; bit broken }
W w[2];

/* the ID of call k: of the operation, its time, and label or number, within the part or without */
#ifdef M_RAWPARENT           /* derived from the request ID alone, which both operations have */
#define OPERATION(i) 0
#else
#define OPERATION(i) w[i].op
#endif
#if defined(WITHIN) && !defined(M_PARTCOUNTED)
#define PLACE(i,k) (k * 2)  /* each is the first of its part */
#else
#ifdef UNLABELLED
#define PLACE(i,k) (w[i].ord[k] - 1)
#else
#define PLACE(i,k) (k * 2)
#endif
#endif
#define ID(i,k) (OPERATION(i) * 8 + (w[i].T - 1) * 4 + PLACE(i,k))
#define TIMEOF(id) ((id % 8) / 4 + 1)
#ifdef M_NOCHILDTIME         /* an opaque ID's calls are opaque */
#define FORBIDDEN(id) 0
#else
#define FORBIDDEN(id) (TIMEOF(id) <= horizon)
#endif

byte id;                     /* within one step only */
/* the callee executes, unless it has, or the ID is too old */
inline arrive(P_ID, P_OP, P_K) {
  if
  :: called[P_ID] == 0 && !FORBIDDEN(P_ID) -> called[P_ID] = P_K + 1; effects[P_OP * 2 + P_K]++;
       assert(effects[P_OP * 2 + P_K] <= 1)                 /* EACH CALL OF EACH OPERATION AT MOST ONCE */
  :: else
  fi
}
#ifdef M_NOFINGERPRINT       /* an ID's record is an answer, whatever was asked */
#define FITS(id,k) 1
#else
#define FITS(id,k) (called[id] == k + 1)
#endif
#ifdef M_BREAKIGNORED        /* a handler goes on whose call was refused as another's */
#define BREAKS 0
#else
#define BREAKS 1
#endif
#if defined(REORDERED) || (defined(UNLABELLED) && defined(CONCURRENT))
#define MAYBREAK 1
#else
#define MAYBREAK 0
#endif
#define CLEAR(i) w[i].op = 0; w[i].pc = IDLE; w[i].ow = 0; w[i].T = 0; w[i].claimed = 0; w[i].ord[0] = 0; w[i].ord[1] = 0; \
  w[i].answered[0] = 0; w[i].answered[1] = 0; w[i].broken = 0
#define USED(o) (w[0].ow == o || w[1].ow == o || ro[0] == o || ro[1] == o || (hv && hvow == o))
#define FRESH (!USED(1) -> 1 : (!USED(2) -> 2 : (!USED(3) -> 3 : (!USED(4) -> 4 : (!USED(5) -> 5 : 6)))))

/* when a call is due: in the order of the handler, unless something else is modelled */
#ifdef CONCURRENT
#define DUE(i,k) 1
#else
#ifdef REORDERED
#define DUE(i,k) (w[i].ord[1-k] == 0 || w[i].answered[1-k])
#else
#ifdef WITHIN
#define DUE(i,k) (k == 0 -> !rs[w[i].op] : rs[w[i].op])
#else
#define DUE(i,k) (k == 0 || rs[w[i].op] && w[i].answered[0])
#endif
#endif
#endif
#ifdef WITHIN
#define STEPDUE(i) w[i].answered[0]
#define ALLDONE(i) (rs[w[i].op] && w[i].answered[1])
#else
#if defined(CONCURRENT) || defined(REORDERED)
#define STEPDUE(i) (w[i].answered[0] || w[i].answered[1])
#else
#define STEPDUE(i) w[i].answered[0]
#endif
#define ALLDONE(i) (rs[w[i].op] && w[i].answered[0] && w[i].answered[1])
#endif

/* may it commit: its own claim is there, or nobody's and it has none */
#define HELD(i) (rk[w[i].op] == 1 && ro[w[i].op] == w[i].ow)
#define FREE(i) (rk[w[i].op] == 0 && !w[i].claimed)
#define LOST(i) (!HELD(i) && !FREE(i))

#if defined(OPAQUE) && !defined(M_CLAIMLATE)
#define AHEAD 1
#else
#define AHEAD 0             /* the claim goes with the first step */
#endif
#ifdef OPAQUE
#define FIRSTTIME clock
#else
#define FIRSTTIME 1         /* the ID's own */
#endif
#ifdef M_TIMEEACH            /* each execution has a time of its own */
#define SINCE(i,op) clock
#else
#define SINCE(i,op) rT[op]
#endif
#ifdef M_OWNTIME             /* a look whose claim landed after all goes by the time that it has now */
#define KEEPS(i) w[i].T
#else
#define KEEPS(i) rT[w[i].op]
#endif

#ifdef UNLABELLED
#define NEXT(i) ((w[i].ord[0] != 0) + (w[i].ord[1] != 0) + 1)
#else
#define NEXT(i) 1
#endif
#define CALL(i,k) \
  :: d_step { w[i].pc == RUN && !w[i].broken && !w[i].answered[k] && w[i].ord[k] == 0 && DUE(i,k) -> w[i].ord[k] = NEXT(i) } \
  /* it arrives, and so does the answer */ \
  :: d_step { w[i].pc == RUN && !w[i].broken && !w[i].answered[k] && w[i].ord[k] > 0 -> id = ID(i,k); arrive(id, w[i].op, k); \
       if \
       :: called[id] == 0 -> CLEAR(i)                                                      /* REQUEST_ID_EXPIRED: the handler fails */ \
       :: called[id] != 0 && FITS(id,k) -> w[i].answered[k] = 1 \
       :: called[id] != 0 && !FITS(id,k) -> assert(MAYBREAK); w[i].broken = BREAKS; w[i].answered[k] = !BREAKS   /* REQUEST_ID_REUSED */ \
       fi; id = 0 } \
  /* it is on its way, and the answer is lost */ \
  :: d_step { w[i].pc == RUN && !w[i].broken && !w[i].answered[k] && w[i].ord[k] > 0 && !late -> late = 1; lateid = ID(i,k); latek = k; lateop = w[i].op }
#define LOOK(i,o) \
  :: d_step { w[i].pc == IDLE && rk[o] == 0 -> w[i].op = o; w[i].ow = FRESH; w[i].T = FIRSTTIME; w[i].pc = (AHEAD -> CLAIM : RUN) } \
  :: d_step { w[i].pc == IDLE && rk[o] == 1 && taken[o] < 2 -> taken[o]++; w[i].op = o; w[i].ow = FRESH; w[i].T = SINCE(i,o); w[i].claimed = 1; w[i].pc = RUN; ro[o] = w[i].ow }
#define BEGIN(P_OP,P_OW,P_T) rk[P_OP] = 1; ro[P_OP] = P_OW; rT[P_OP] = P_T; t = (hv && hvop == P_OP); hv = (t -> 0 : hv); hvop = (t -> 0 : hvop); \
  hvow = (t -> 0 : hvow); hvT = (t -> 0 : hvT); t = 0
byte t;                      /* within one step only */
#if OPS == 1
#define LOOKS(i) LOOK(i,0)
#else
#define LOOKS(i) LOOK(i,i)
#endif
#define WORKER(i) \
  LOOKS(i) \
  /* the claim that is made ahead: known, unknown, or on its way; another's, and so looked at again */ \
  :: d_step { w[i].pc == CLAIM && rk[w[i].op] == 0 -> BEGIN(w[i].op, w[i].ow, w[i].T); w[i].claimed = 1; w[i].pc = RUN } \
  :: d_step { w[i].pc == CLAIM && rk[w[i].op] == 0 -> BEGIN(w[i].op, w[i].ow, w[i].T); w[i].pc = UNKNOWN; w[i].T = 0 } \
  :: d_step { w[i].pc == CLAIM && rk[w[i].op] == 0 && !hv -> hv = 1; hvop = w[i].op; hvow = w[i].ow; hvT = w[i].T; w[i].pc = UNKNOWN; w[i].T = 0 } \
  :: d_step { w[i].pc == CLAIM && rk[w[i].op] != 0 -> w[i].pc = UNKNOWN } \
  :: d_step { w[i].pc == UNKNOWN && rk[w[i].op] == 0 -> w[i].T = clock; w[i].pc = CLAIM } \
  :: d_step { w[i].pc == UNKNOWN && HELD(i) -> w[i].T = (w[i].T == 0 -> rT[w[i].op] : KEEPS(i)); w[i].claimed = 1; w[i].pc = RUN } \
  :: d_step { w[i].pc == UNKNOWN && rk[w[i].op] != 0 && !HELD(i) -> CLEAR(i) } \
  CALL(i,0) CALL(i,1) \
  :: d_step { w[i].pc == RUN && !w[i].broken && !rs[w[i].op] && STEPDUE(i) && !LOST(i) -> if :: FREE(i) -> BEGIN(w[i].op, w[i].ow, w[i].T) :: else fi; \
       w[i].claimed = 1; rs[w[i].op] = 1 } \
  :: d_step { w[i].pc == RUN && !w[i].broken && ALLDONE(i) && HELD(i) -> rk[w[i].op] = 2; ro[w[i].op] = 0; rT[w[i].op] = 0; \
       assert(effects[w[i].op * 2] == 1 && effects[w[i].op * 2 + 1] == 1);                 /* WHAT IS DONE HAS HAD ITS CALLS, EACH ONCE */ \
       CLEAR(i) } \
  :: d_step { w[i].pc == RUN && LOST(i) -> CLEAR(i) }                                      /* fenced */ \
  :: d_step { w[i].pc != IDLE -> CLEAR(i) }                                                /* dies, or fails */

#define SWEEP(P_ID) :: d_step { called[P_ID] != 0 && TIMEOF(P_ID) <= horizon -> called[P_ID] = 0 }
active proctype world() {
end:
  do
  WORKER(0)
  WORKER(1)
  :: d_step { hv && rk[hvop] == 0 -> BEGIN(hvop, hvow, hvT) }
  :: d_step { hv -> hv = 0; hvop = 0; hvow = 0; hvT = 0 }
  :: d_step { late -> arrive(lateid, lateop, latek) }
  :: d_step { late -> late = 0; lateid = 0; lateop = 0; latek = 0 }
  :: d_step { clock < MOST -> clock++ }
  :: d_step { horizon < clock -> horizon++ }
  SWEEP(0) SWEEP(1) SWEEP(2) SWEEP(4) SWEEP(5) SWEEP(6)
#if OPS > 1
  SWEEP(8) SWEEP(9) SWEEP(10) SWEEP(12) SWEEP(13) SWEEP(14)
#endif
  od
}
