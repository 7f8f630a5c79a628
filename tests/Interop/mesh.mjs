// Where the mesh under test is, and who works with it. The test project sets the environment.
const required = name => process.env[name] ?? (() => { throw new Error(`${name} is not set; run these tests with: dotnet test tests/Interop`); })();

export const mesh = {
  gateway: required('MESH_GATEWAY_URL'),
  as: required('MESH_AS_URL'),
  idp: required('MESH_IDP_URL'),
  emaSecret: required('MESH_EMA_SECRET'),
  emaIdpSecret: required('MESH_EMA_IDP_SECRET'),
};

export const dana = ['dana', 'dana-dev-password'];
export const sam = ['sam', 'sam-dev-password'];
