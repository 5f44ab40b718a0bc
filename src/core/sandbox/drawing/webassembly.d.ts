/** The part of the global that is used; Node's types leave it to those of browsers. */
declare namespace WebAssembly {
  function compile(bytes: Uint8Array): Promise<Module>;
}
