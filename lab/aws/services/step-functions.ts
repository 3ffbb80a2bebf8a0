import type { StepFunctions } from '../../../models/step-functions/step-functions.ts';
import { jsonProtocol } from '../json-protocol.ts';
import { operation, type Service } from '../service.ts';
import { type Members, oneOf, required } from '../shape.ts';

const stateMachineArn = required('string');
const executionArn = required('string');
const taskToken = required('string');
const paged: Members = { maxResults: 'integer', nextToken: 'string' };

export function stepFunctionsService(states: StepFunctions): Service {
  return {
    signingName: 'states',
    title: 'Step Functions',
    protocols: [
      jsonProtocol({
        version: '1.0',
        target: 'AWSStepFunctions',
        typePrefix: 'com.amazonaws.swf.service.v2.model#',
      }),
    ],
    timestamps: new Set(['creationDate', 'redriveDate', 'startDate', 'stopDate', 'timestamp']),
    operations: {
      CreateStateMachine: operation(
        { name: required('string'), definition: required('string'), roleArn: 'string', type: oneOf('STANDARD') },
        states.createStateMachine.bind(states),
      ),
      DescribeExecution: operation({ executionArn }, states.describeExecution.bind(states)),
      DescribeStateMachine: operation({ stateMachineArn }, states.describeStateMachine.bind(states)),
      GetExecutionHistory: operation(
        { executionArn, ...paged, reverseOrder: 'boolean', includeExecutionData: 'boolean' },
        states.getExecutionHistory.bind(states),
      ),
      ListExecutions: operation(
        {
          stateMachineArn,
          ...paged,
          statusFilter: oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'),
        },
        states.listExecutions.bind(states),
      ),
      ListStateMachines: operation(paged, states.listStateMachines.bind(states)),
      RedriveExecution: operation({ executionArn, clientToken: 'string' }, states.redriveExecution.bind(states)),
      SendTaskFailure: operation({ taskToken, error: 'string', cause: 'string' }, states.sendTaskFailure.bind(states)),
      SendTaskHeartbeat: operation({ taskToken }, states.sendTaskHeartbeat.bind(states)),
      SendTaskSuccess: operation({ taskToken, output: required('string') }, states.sendTaskSuccess.bind(states)),
      StartExecution: operation(
        { stateMachineArn, name: 'string', input: 'string' },
        states.startExecution.bind(states),
      ),
      StopExecution: operation({ executionArn, error: 'string', cause: 'string' }, states.stopExecution.bind(states)),
    },
  };
}
