/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calling wasm under a catch, and ending it from a host function.
 */
#ifndef CPIT_CALL_H
#define CPIT_CALL_H

#include <catchpit/module.h>
#include <catchpit/trap.h>

/*
 * Calls export f of inst on its store's guest stack.  v holds the arguments
 * and receives the results; it has room for the larger of both.
 *
 * Returns 0 when the call was made: *out says how it ended, and v holds
 * results only if it returned.  Negative, with *out untouched: -CPIT_EINVAL (f
 * is not a function of this instance, or the store runs on another CPU),
 * -CPIT_ENOTREADY (SLG-14), -CPIT_EPOISONED (WRK-14: a killed instance, unless
 * it has a word __instance_terminated to learn of it, or was reset).
 *
 * Thread context, interrupts on or off: wasm runs with them as they are.  The
 * caller must not migrate to another CPU until it returns, unless the embedder
 * swaps chains (cpit_cpu_swap) or has a block per thread.  May be called from a
 * host function (nested activation): the inner call's trap stops here, never in
 * an outer one.
 * A caller's stack needs 768 bytes.
 */
int cpit_call(struct cpit_instance *inst, const struct cpit_export *f,
	      union cpit_value *v, struct cpit_outcome *out);

/*
 * For host functions only: ends the running call when the host function
 * returns; its result is dropped.  The first one stands, a second is a broken
 * invariant of the host function and panics (K23-11).
 *   cpit_exit   outcome CPIT_EXITED with this code (KAN-06)
 *   cpit_raise  CPIT_TRAPPED of a kind detected on the guest's behalf (SLG-09);
 *               what is no kind of death becomes CPIT_TRAP_HOST_RAISED
 *   cpit_fail   CPIT_TRAP_HOST_RAISED with the host's own signal (1 to 126,
 *               any other becomes CPIT_SIGABRT) and number
 */
void cpit_exit(struct cpit_caller *c, uint32_t code);
void cpit_raise(struct cpit_caller *c, enum cpit_trap trap);
void cpit_fail(struct cpit_caller *c, int signal, uint32_t number);

/*
 * The budget of the store's entries from the next outermost one on.  Thread
 * context; while the store runs, by its host functions only.
 */
void cpit_budget_set(struct cpit_store *s, const struct cpit_budget *b);

/*
 * For host functions, in their thread: a new budget for the outermost entry
 * that is running, from now.  Takes back a soft limit that no word tells of yet,
 * and a hard one that has been reached but has not ended the caller yet, e.g.
 * after the end of a nested call (WRK-15).
 * An end that was asked for after the limit had been noticed is gone with it
 * (KAN-07): ask after this.
 */
void cpit_budget_renew(struct cpit_caller *c, const struct cpit_budget *b);

/*
 * Sends a signal to an instance, from any CPU and context; the caller sees to it
 * that the instance stays meanwhile, and the block of the CPU it runs on.
 * SIGTERM and SIGXCPU are written to its signal word: now if it runs, else at its
 * next outermost entry; -CPIT_ENOENT when it has none.  SIGKILL poisons it and ends the call that
 * its store is running, which comes out as CPIT_TRAP_KILLED (137), with all
 * that the call has entered in turn.  -CPIT_EINVAL: another signal.
 *
 * A running instance notices at the next cpit_tick() of its CPU: at the next
 * period of the timer, or at once where struct cpit_cpu has a `kick'.  One that
 * finds host code is made up for when the import returns; and if it was the
 * library, on its way into the guest or back, at the next of these: who has no
 * timer asks again.
 */
int cpit_kill(struct cpit_instance *inst, int signal);

/*
 * It was killed and may not be entered; and: enter it nevertheless.  Any CPU
 * and context, as cpit_kill().
 */
bool cpit_instance_poisoned(const struct cpit_instance *inst);
void cpit_instance_reset(struct cpit_instance *inst);

#endif
