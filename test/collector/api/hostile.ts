/**
 * What a hostile guest would like an administrator's terminal to carry out: clear it, retitle it, and the C1 form of
 * it.
 */
export const HOSTILE = 'evil\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp\nroot# ';
