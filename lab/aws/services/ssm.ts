import type { Ssm } from '../../../models/ssm.ts';
import { jsonProtocol } from '../json-protocol.ts';
import { operation, type Service } from '../service.ts';
import { list, oneOf } from '../shape.ts';

/** SSM Parameter Store. Of its values only plain ones: what is published is no secret, so decryption changes nothing. */
export function ssmService(ssm: Ssm): Service {
  return {
    signingName: 'ssm',
    title: 'SSM Parameter Store',
    protocols: [jsonProtocol({ version: '1.1', target: 'AmazonSSM' })],
    timestamps: new Set(['LastModifiedDate']),
    operations: {
      DeleteParameter: operation({ Name: 'string' }, ssm.deleteParameter.bind(ssm)),
      GetParameter: operation({ Name: 'string', WithDecryption: 'boolean' }, ssm.getParameter.bind(ssm)),
      GetParameterHistory: operation(
        { Name: 'string', MaxResults: 'integer', NextToken: 'string', WithDecryption: 'boolean' },
        ssm.getParameterHistory.bind(ssm),
      ),
      GetParameters: operation({ Names: list('string'), WithDecryption: 'boolean' }, ssm.getParameters.bind(ssm)),
      GetParametersByPath: operation(
        {
          Path: 'string',
          Recursive: 'boolean',
          MaxResults: 'integer',
          NextToken: 'string',
          WithDecryption: 'boolean',
        },
        ssm.getParametersByPath.bind(ssm),
      ),
      PutParameter: operation(
        {
          Name: 'string',
          Value: 'string',
          Type: 'string',
          Overwrite: 'boolean',
          Description: 'string',
          Tier: oneOf('Standard'),
          DataType: oneOf('text'),
        },
        ssm.putParameter.bind(ssm),
      ),
    },
  };
}
