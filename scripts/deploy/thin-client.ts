/**
 * As much of CloudFormation's API as a deployment asks for, where there is no `aws` command: signed forms, by what the project
 * has anyway. It waits by asking; the stack is done or it says why not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Signer, signatureFor } from '../../adapters/aws/signing.ts';
import { systemClock } from '../../adapters/clock/system.ts';
import type { DeployClient, StackToBe } from './client.ts';

const VERSION = '2010-05-15';
const LOOK_MILLISECONDS = 2_000;
const LOOKS_MAX = 900;

export interface Place {
  readonly endpoint: string;
  readonly region: string;
}

export function thinClient({ endpoint, region }: Place): DeployClient {
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true });
  const ask = (action: string, fields: Readonly<Record<string, string>>) =>
    asked({ endpoint, region }, s3.config.credentials, { Action: action, Version: VERSION, ...fields });
  const put = (Bucket: string, Key: string, Body: Uint8Array) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return {
    tool: 'signed requests of our own',
    makeBucket: async (Bucket) => void (await s3.send(new CreateBucketCommand({ Bucket }))),
    upload: async (folder, bucket, prefix) => {
      for (const name of readdirSync(folder)) await put(bucket, `${prefix}${name}`, readFileSync(join(folder, name)));
    },
    deploy: async (stack) => {
      const key = basename(stack.template);
      await put(stack.bucket, key, readFileSync(stack.template));
      const TemplateURL = `${endpoint}/${stack.bucket}/${key}`;
      await deployed(ask, stack, TemplateURL);
    },
  };
}

type Ask = (action: string, fields: Readonly<Record<string, string>>) => Promise<string>;

async function deployed(ask: Ask, { name, parameters }: StackToBe, TemplateURL: string): Promise<void> {
  const before = await statusOf(ask, name);
  const isNew = before === undefined || before === 'REVIEW_IN_PROGRESS';
  const fields = {
    StackName: name,
    TemplateURL,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    ...Object.fromEntries(
      Object.entries(parameters).flatMap(([key, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key],
        [`Parameters.member.${index + 1}.ParameterValue`, value],
      ]),
    ),
  };
  try {
    await ask(isNew ? 'CreateStack' : 'UpdateStack', fields);
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('No updates are to be performed')) return;
    throw cause;
  }
  for (let look = 0; look < LOOKS_MAX; look++) {
    const status = (await statusOf(ask, name)) ?? 'gone';
    if (status === (isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE')) return;
    if (!status.endsWith('IN_PROGRESS')) throw new Error(`the stack ${name} is ${status}: look at its events`);
    await systemClock.wait(LOOK_MILLISECONDS);
  }
  throw new Error(`the stack ${name} takes too long`);
}

/** Undefined: there is no such stack. */
async function statusOf(ask: Ask, StackName: string): Promise<string | undefined> {
  try {
    return /<StackStatus>(\w+)</.exec(await ask('DescribeStacks', { StackName }))?.[1];
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('does not exist')) return undefined;
    throw cause;
  }
}

async function asked(
  { endpoint, region }: Place,
  credentials: () => Promise<Signer>,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const url = new URL(endpoint);
  const body = new URLSearchParams(fields).toString();
  const signature = signatureFor('cloudformation', region, await credentials());
  const signed = await signature.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
  });
  const response = await fetch(url, { method: 'POST', headers: signed.headers, body, redirect: 'error' });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(/<Message>([^<]*)</.exec(text)?.[1] ?? `${fields.Action}: ${response.status}`);
}
