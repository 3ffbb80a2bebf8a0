import { fileURLToPath } from 'node:url';

/** The lab's own topology, whatever folder it is called from. */
export const LAB_TOPOLOGY = fileURLToPath(new URL('../../throwover.yaml', import.meta.url));
