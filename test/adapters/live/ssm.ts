import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { type Claim, mustBe, refusalOf, type Subject } from './claim.ts';

const nameOf = ({ round }: Subject) => `/throwover-contract-${round}/active-cluster`;

async function having(subject: Subject, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await subject.ssm.send(new DeleteParameterCommand({ Name: nameOf(subject) })).catch(() => {});
  }
}

const put = (subject: Subject, Value: string, Overwrite?: boolean) =>
  subject.ssm.send(
    new PutParameterCommand({
      Name: nameOf(subject),
      Value,
      Type: 'String',
      ...(Overwrite === undefined ? {} : { Overwrite }),
    }),
  );

async function valueThere(subject: Subject): Promise<string | undefined> {
  return (await subject.ssm.send(new GetParameterCommand({ Name: nameOf(subject) }))).Parameter?.Value;
}

const claim = (says: string, work: (subject: Subject) => Promise<void>): Claim => ({
  service: 'ssm',
  says,
  holds: (subject) => having(subject, () => work(subject)),
});

export const ofSsm: readonly Claim[] = [
  claim('a parameter that is not there is ParameterNotFound', async (subject) => {
    mustBe(await refusalOf(valueThere(subject)), 'ParameterNotFound');
  }),
  claim('a put without Overwrite of what is there is ParameterAlreadyExists', async (subject) => {
    await put(subject, 'blue');
    mustBe(await refusalOf(put(subject, 'green')), 'ParameterAlreadyExists');
    mustBe(await valueThere(subject), 'blue');
  }),
  claim('a put with Overwrite is what is read next', async (subject) => {
    await put(subject, 'blue', true);
    await put(subject, 'green', true);
    mustBe(await valueThere(subject), 'green');
  }),
];
