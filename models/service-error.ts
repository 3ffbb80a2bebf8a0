/**
 * An answer of a modelled service that says no, in the service's own words. `name` is the error code as the SDKs show
 * it (`InvalidChangeBatch`, `ConditionalCheckFailedException`), so code under test matches it as it would on AWS.
 */
export class ServiceError extends Error {
  override readonly name: string;
  readonly httpStatus: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, httpStatus = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.httpStatus = httpStatus;
    this.details = details;
  }
}
