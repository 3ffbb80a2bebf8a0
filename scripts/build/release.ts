/**
 * The deployment as files for plain CloudFormation, Terraform, or whoever keeps artefacts: the template that serverless compiles,
 * with the bucket of the zips as a parameter instead of a bucket of its own, and each zip under a name made of its content. A
 * function whose zip is the same keeps its name, so that an update touches only what differs.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packageInto, TEMPLATE } from './compiled.ts';

export const RELEASE_TEMPLATE = 'throwover.template.json';
/** Where the zips lie, in the release and below the prefix in the bucket. */
export const FUNCTIONS = 'functions';

const PARAMETERS = {
  ArtefactsBucket: {
    Type: 'String',
    Description: 'Bucket, in the Region of this stack, to which the folder functions/ of the release was copied.',
    AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    ConstraintDescription: 'the name of a bucket',
  },
  ArtefactsPrefix: {
    Type: 'String',
    Description: 'What stands before functions/ in the keys of the bucket; empty, or with a slash at its end.',
    Default: '',
    AllowedPattern: '^([A-Za-z0-9!_.*()-]+/)*$',
    ConstraintDescription: 'empty, or ends with a slash',
  },
};

/** What only serverless needs: its bucket, what guards it, and who says its name. */
const OF_SERVERLESS = /^ServerlessDeploymentBucket/;

export interface ReleaseTemplate {
  Description?: string;
  Parameters: Record<string, object>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  Outputs: Record<string, object>;
}

/** Packages, and writes the template and the zips; gives the template's path. */
export function releaseInto(out: string, stage = 'prod'): string {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-release-'));
  try {
    packageInto(folder, stage);
    return releaseFrom(folder, out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param folder what `packageInto` wrote */
export function releaseFrom(folder: string, out: string): string {
  const template = JSON.parse(readFileSync(join(folder, TEMPLATE), 'utf8')) as ReleaseTemplate;
  mkdirSync(join(out, FUNCTIONS), { recursive: true });
  const path = join(out, RELEASE_TEMPLATE);
  const named = (zip: string) => {
    const name = contentName(join(folder, zip));
    copyFileSync(join(folder, zip), join(out, FUNCTIONS, name));
    return name;
  };
  writeFileSync(path, `${JSON.stringify(withoutServerless(template, named), null, 1)}\n`);
  return path;
}

/** @param nameOf gives the zip's own name for the one that serverless gave it */
export function withoutServerless(template: ReleaseTemplate, nameOf: (zip: string) => string): ReleaseTemplate {
  const { ServerlessDeploymentBucketName: _, ...Outputs } = template.Outputs;
  const kept = Object.entries(template.Resources).filter(([logicalId]) => !OF_SERVERLESS.test(logicalId));
  return {
    ...template,
    Description: 'Throwover: moves production traffic between two equal Amazon EKS clusters. See docs/deploy.md.',
    Parameters: { ...PARAMETERS, ...template.Parameters },
    Resources: Object.fromEntries(
      kept.map(([logicalId, resource]) => {
        if (resource.Type !== 'AWS::Lambda::Function') return [logicalId, resource];
        const { S3Key } = resource.Properties.Code as { S3Key: string };
        const Code = {
          S3Bucket: { Ref: 'ArtefactsBucket' },
          S3Key: { 'Fn::Sub': `\${ArtefactsPrefix}${FUNCTIONS}/${nameOf(basename(S3Key))}` },
        };
        return [logicalId, { ...resource, Properties: { ...resource.Properties, Code } }];
      }),
    ),
    Outputs,
  };
}

/** `claim.zip` is `claim-<16 hex digits of its SHA-256>.zip`. */
function contentName(path: string): string {
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  return `${basename(path, '.zip')}-${digest}.zip`;
}
