// Come here for the one thing of Node that the build of the phone's page uses, as far as it is used.
declare module "node:zlib" {
  export function gzipSync(content: string, how: { level: number }): Uint8Array;
}
