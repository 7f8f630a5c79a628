import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

/** The services of echo.proto and hello.proto, as grpc-js itself makes them. */
export const protos = grpc.loadPackageDefinition(
  loader.loadSync(["echo.proto", "hello.proto"], { includeDirs: [import.meta.dirname], keepCase: true }),
);
