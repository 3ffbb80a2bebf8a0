/**
 * Who started this process. Imported first of all (bin/throwover.mjs): a moment later whoever it was may be gone, and somebody
 * else be the parent.
 */
export const startedBy = process.ppid;
