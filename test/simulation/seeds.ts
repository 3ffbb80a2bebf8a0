/** Fixed seeds of each of the two files of every test run. `.ci/run` plays more, `npm run simulate` as many as one likes. */
export const SEEDS = 150;
