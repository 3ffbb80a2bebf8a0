/** What a deployment needs of an account, however it is asked for. */
export interface DeployClient {
  /** Which tool speaks, for who reads the log. */
  readonly tool: string;
  makeBucket(bucket: string): Promise<void>;
  /** Every file of a folder, below a prefix. */
  upload(folder: string, bucket: string, prefix: string): Promise<void>;
  /** Creates the stack, or makes it what the template says now. Rejects when it cannot be done. */
  deploy(stack: StackToBe): Promise<void>;
}

export interface StackToBe {
  readonly name: string;
  /** Path of the file. */
  readonly template: string;
  /** Larger templates than a request may hold are handed over in this bucket. */
  readonly bucket: string;
  readonly parameters: Readonly<Record<string, string>>;
}
