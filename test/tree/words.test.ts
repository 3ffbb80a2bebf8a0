import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, rooms, sourcesIn } from './sources.ts';

/** The two clusters are equal, and a file has a purpose: these words say otherwise. */
const unequal = /primary|secondary|slave|master/i;
const nameNotYetFound = /\b(utils?|utilities|helpers?|managers?)\b/i;
const fileNameNotYetFound = /(^|[-.])(utils?|utilities|helpers?|managers?|common|misc|shared)([-.]|$)/i;

/** Words of others, for things that are theirs. */
const theirs = new RegExp(
  [
    'primary key', // DynamoDB
    'kube-controller-manager',
    'system:masters', // EKS
    'hostmaster', // the SOA of every hosted zone
    '(field|another) manager', // server-side apply
    'Systems Manager',
    'Secrets Manager',
    'prometheus-alertmanager',
    'node:util',
    '@middy/util',
  ].join('|'),
  'gi',
);
const exceptions: Readonly<Record<string, string>> = {
  'core/topology/words.ts': 'the list of what is refused',
  'models/dynamodb/reserved-words.ts': 'DynamoDB’s own list',
  'models/dynamodb/condition-parser.ts': 'the grammar’s word for what stands between operators',
};

function wrongWord(text: string): string | undefined {
  const ours = text.replace(theirs, '');
  return unequal.exec(ours)?.[0] ?? nameNotYetFound.exec(ours)?.[0];
}

describe('words', () => {
  const sources = sourcesIn(...rooms, 'scripts').filter(({ path }) => !(path in exceptions));

  it('that make one cluster better than the other, or hide a purpose, are not in our sources', () => {
    const found = sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const word = wrongWord(line);
        return word === undefined ? [] : [`${path}:${index + 1} says ${word}`];
      }),
    );
    expect(found).toEqual([]);
  });

  it('are not in the names of our files either', () => {
    const files = [...rooms, 'scripts', 'test', 'docs', 'statemachines', 'clusters', 'observability'].flatMap(filesIn);
    const named = files.filter((path) => fileNameNotYetFound.test(basename(path)) || unequal.test(basename(path)));
    expect(named).toEqual([]);
  });

  it('that promise work for later are not in our sources', () => {
    const promised = sources.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)).map(({ path }) => path);
    expect(promised).toEqual([]);
  });

  it.each(['const primaryCluster = 1;', '// the master', 'the secondary one', 'retry helpers', 'LeaseManager manager'])(
    '%j would be found',
    (text) => {
      expect(wrongWord(text)).toBeDefined();
    },
  );
});
