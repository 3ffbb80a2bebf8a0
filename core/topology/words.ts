/** The two clusters of a pair are equal, so these words are no names for them: the first move would make a lie of each. */
const unequal = [
  'primary',
  'secondary',
  'main',
  'backup',
  'master',
  'slave',
  'active',
  'passive',
  'standby',
  'hot',
  'cold',
  'leader',
  'follower',
  'failover',
  'dr',
];

/** The word in a cluster's name that says one of the two is the better one, as in `prod-main` or `backup2`. */
export function unequalWord(clusterName: string): string | undefined {
  const parts = clusterName.toLowerCase().split('-');
  return parts.map((part) => part.replace(/\d+$/, '')).find((part) => unequal.includes(part));
}
