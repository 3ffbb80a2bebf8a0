import type { CloudFormation } from '../../../models/cloudformation/cloudformation.ts';
import { queryProtocol } from '../query-protocol.ts';
import { operation, type Service } from '../service.ts';
import { list, type Members, oneOf, required, structure } from '../shape.ts';

const StackName = required('string');
const ChangeSetName = required('string');

const template: Members = { TemplateBody: 'string', TemplateURL: 'string' };
const stack: Members = {
  StackName,
  ...template,
  Parameters: list(
    structure({ ParameterKey: required('string'), ParameterValue: 'string', UsePreviousValue: 'boolean' }),
  ),
  Capabilities: list('string'),
  // Said for people, and for whoever is told of events; nothing that is made depends on them.
  Tags: list(structure({ Key: required('string'), Value: required('string') })),
  NotificationARNs: list('string'),
};

/** What `aws cloudformation deploy` and `serverless deploy` ask for, and what people look at afterwards. */
export function cloudFormationService(cloudFormation: CloudFormation): Service {
  return {
    signingName: 'cloudformation',
    title: 'CloudFormation',
    protocols: [queryProtocol({ namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' })],
    timestamps: new Set(['CreationTime', 'LastUpdatedTime', 'LastUpdatedTimestamp', 'Timestamp']),
    operations: {
      CreateChangeSet: operation(
        { ...stack, ChangeSetName, ChangeSetType: oneOf('CREATE', 'UPDATE'), Description: 'string' },
        cloudFormation.createChangeSet.bind(cloudFormation),
      ),
      CreateStack: operation({ ...stack, OnFailure: oneOf('DELETE') }, cloudFormation.createStack.bind(cloudFormation)),
      DeleteChangeSet: operation(
        { ChangeSetName, StackName: 'string' },
        cloudFormation.deleteChangeSet.bind(cloudFormation),
      ),
      DeleteStack: operation({ StackName }, cloudFormation.deleteStack.bind(cloudFormation)),
      DescribeChangeSet: operation(
        { ChangeSetName, StackName: 'string' },
        cloudFormation.describeChangeSet.bind(cloudFormation),
      ),
      DescribeStackEvents: operation({ StackName }, cloudFormation.describeStackEvents.bind(cloudFormation)),
      DescribeStackResource: operation(
        { StackName, LogicalResourceId: required('string') },
        cloudFormation.describeStackResource.bind(cloudFormation),
      ),
      DescribeStacks: operation({ StackName: 'string' }, cloudFormation.describeStacks.bind(cloudFormation)),
      ExecuteChangeSet: operation(
        { ChangeSetName, StackName: 'string', DisableRollback: oneOf('false') },
        cloudFormation.executeChangeSet.bind(cloudFormation),
      ),
      GetTemplate: operation({ StackName }, cloudFormation.getTemplate.bind(cloudFormation)),
      GetTemplateSummary: operation(
        { StackName: 'string', ...template },
        cloudFormation.getTemplateSummary.bind(cloudFormation),
      ),
      ListStackResources: operation({ StackName }, cloudFormation.listStackResources.bind(cloudFormation)),
      UpdateStack: operation(stack, cloudFormation.updateStack.bind(cloudFormation)),
      ValidateTemplate: operation(template, cloudFormation.validateTemplate.bind(cloudFormation)),
    },
  };
}
