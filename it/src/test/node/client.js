// A client of the broker that knows nothing but its .proto.
// Usage: node client.js <proto> <socket> <what> [path]
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [proto, socket, what, path] = process.argv.slice(2);
const target = 'unix:' + socket;
const load = (file) => grpc.loadPackageDefinition(
  loader.loadSync(file, {keepCase: true, longs: String, enums: String, defaults: true, oneofs: true}));
const insecure = grpc.credentials.createInsecure();
const say = (...words) => console.log(words.join(' '));
const id = () => require('crypto').randomBytes(16).toString('hex');

const api = load(proto).lockbroker.v1;

function session() {
  const stream = new api.LockBroker(target, insecure).Session();
  stream.on('error', (e) => { say('error', grpc.status[e.code], e.details); });
  stream.on('end', () => { say('end'); process.exit(0); });
  stream.on('data', (m) => {
    switch (m.message) {
      case 'welcome': say('welcome', m.welcome.protocol_major, m.welcome.broker_pid); break;
      case 'queued': say('queued', m.queued.position, m.queued.waiters); break;
      case 'granted': say('granted', m.granted.ticket, m.granted.token); keep(stream, m.granted); break;
      case 'refused': say('refused', m.refused.reason, m.refused.sentence); break;
      case 'released': say('released', m.released.ticket); break;
      default: say(m.message);
    }
  });
  return stream;
}

function keep(stream, granted) {
  const lease = {request_id: granted.request_id, ticket: granted.ticket, token: granted.token};
  setInterval(() => stream.write({heartbeat: {leases: [lease]}}), granted.ttl_millis / 3);
  if (what === 'once') {
    stream.write({release: {request_id: granted.request_id, ticket: granted.ticket}});
  }
}

const hello = {protocol_major: 1, client_version: 'node', label: 'node', process: {pid: process.pid}};

switch (what) {
  case 'hold':
  case 'once': {
    const stream = session();
    stream.write({hello});
    stream.write({acquire: {request_id: id(), path}});
    if (what === 'once') {
      stream.on('data', (m) => { if (m.message === 'released') process.exit(0); });
    }
    break;
  }
  case 'acquire-first':
    session().write({acquire: {request_id: id(), path}});
    break;
  case 'hello-twice': {
    const stream = session();
    stream.write({hello});
    stream.write({hello});
    break;
  }
  case 'other-major':
    session().write({hello: {...hello, protocol_major: 99}});
    break;
  case 'bad-request': {
    const stream = session();
    stream.write({hello});
    stream.write({acquire: {request_id: 'not an id', path}});
    stream.on('data', (m) => { if (m.message === 'refused') process.exit(0); });
    break;
  }
  case 'info':
    new api.LockAdmin(target, insecure).Info({}, (e, reply) => {
      say(e ? 'error ' + e : 'info ' + reply.pid);
    });
    break;
  case 'health': {
    const health = load(__dirname + '/health.proto').grpc.health.v1;
    new health.Health(target, insecure).Check({service: ''}, (e, reply) => {
      say(e ? 'error ' + e : 'health ' + reply.status);
    });
    break;
  }
  case 'reflection': {
    const reflection = load(__dirname + '/reflection.proto').grpc.reflection.v1;
    const stream = new reflection.ServerReflection(target, insecure).ServerReflectionInfo();
    stream.on('error', (e) => say('error', e));
    stream.on('data', (m) => {
      m.list_services_response.service.forEach((s) => say('service', s.name));
      stream.end();
    });
    stream.write({list_services: ''});
    break;
  }
  default:
    throw new Error('what is ' + what);
}
