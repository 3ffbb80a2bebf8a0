/** The real `aws` command, as a person would type it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DeployClient } from './client.ts';

const run = promisify(execFile);

/**
 * Undefined where there is no such command, or one that is too old: `cloudformation deploy` uploads by the environment's
 * AWS_ENDPOINT_URL only, and an older command would turn to AWS itself with what was meant for the endpoint.
 */
export async function awsCommand(endpoint: string, env = process.env): Promise<DeployClient | undefined> {
  const aws = async (...args: string[]) => {
    await run('aws', ['--endpoint-url', endpoint, ...args], {
      env: { ...env, AWS_ENDPOINT_URL: endpoint, AWS_PAGER: '' },
      maxBuffer: 2 ** 26,
    });
  };
  const version = await run('aws', ['--version'], { env }).catch(() => undefined);
  const [, major = 0, minor = 0] = /^aws-cli\/(\d+)\.(\d+)/.exec(version?.stdout ?? '') ?? [];
  if (version === undefined || Number(minor) < (Number(major) === 1 ? 29 : 13)) return undefined;
  return {
    tool: version.stdout.trim().split(' ')[0] ?? 'aws',
    makeBucket: (bucket) => aws('s3', 'mb', `s3://${bucket}`),
    upload: (folder, bucket, prefix) =>
      aws('s3', 'cp', '--recursive', '--only-show-errors', folder, `s3://${bucket}/${prefix}`),
    deploy: ({ name, template, bucket, parameters }) =>
      aws(
        ...['cloudformation', 'deploy', '--no-fail-on-empty-changeset', '--capabilities', 'CAPABILITY_NAMED_IAM'],
        ...['--stack-name', name, '--template-file', template, '--s3-bucket', bucket, '--parameter-overrides'],
        ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`),
      ),
  };
}
