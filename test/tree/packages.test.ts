import { describe, expect, it } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

const locked = Object.entries(lock.packages as Record<string, Locked>).filter(([path]) => path !== '');
const exact = /^(npm:(@[\w-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;

/** All versions in a map of overrides, however deep. */
function versionsIn(overrides: object): unknown[] {
  return Object.values(overrides).flatMap((value) => (typeof value === 'object' ? versionsIn(value) : [value]));
}

describe('package.json', () => {
  it('names exact versions, so that the same commit is always the same program', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = project;
    const versions = [dependencies, devDependencies, optionalDependencies, overrides].flatMap(versionsIn);
    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter((version) => !exact.test(String(version)))).toEqual([]);
  });

  it('cannot be published by accident', () => {
    expect(project.private).toBe(true);
  });

  it('has one version of the AWS SDK, and one of Powertools', () => {
    const all = Object.entries(project.dependencies);
    const versionsOf = (scope: string) =>
      new Set(all.filter(([name]) => name.startsWith(scope)).map(([, version]) => version));
    expect(versionsOf('@aws-sdk/').size).toBe(1);
    expect(versionsOf('@aws-lambda-powertools/').size).toBe(1);
  });
});

describe('package-lock.json', () => {
  it('has the SHA-512 of every package', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  it('takes nothing from git, from plain HTTP, or from a folder', () => {
    const foreign = locked.filter(
      ([, { resolved = '', version = '', link }]) =>
        link === true || /^(git|http:|file:)/.test(resolved) || !/^\d/.test(version),
    );
    expect(foreign.map(([path]) => path)).toEqual([]);
  });

  it('belongs to this package.json', () => {
    const { dependencies, devDependencies, optionalDependencies } = lock.packages[''];
    expect({ dependencies, devDependencies, optionalDependencies }).toEqual({
      dependencies: project.dependencies,
      devDependencies: project.devDependencies,
      optionalDependencies: project.optionalDependencies,
    });
  });
});
