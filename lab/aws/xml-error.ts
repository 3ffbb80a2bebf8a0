import type { ServiceError } from '../../models/service-error.ts';
import type { WireAnswer } from './service.ts';
import { type XmlStyle, xmlText } from './xml.ts';

const plain: XmlStyle = { item: () => 'member', timestamps: new Set() };

/** The shape that SDKs read the code from; a bare `<InvalidChangeBatch>` would be `UnknownError` to them. */
export function errorXml(error: ServiceError, requestId: string, namespace: string): WireAnswer {
  const Type = error.httpStatus < 500 ? 'Sender' : 'Receiver';
  const inside = xmlText('Error', { Type, Code: error.name, Message: error.message }, plain);
  return {
    status: error.httpStatus,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0"?>\n<ErrorResponse xmlns="${namespace}">${inside}<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}
