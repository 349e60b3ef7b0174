import { parsePostmasterFile } from '#workers/database/postmaster.ts';
import { accountInPasswd } from '#workers/database/server-account.ts';

describe('parsePostmasterFile', () => {
  const lines = ['4711', '/proc/self/cwd', '1795492694', '45991', '', '127.0.0.1', ' 16039955 9', 'ready   ', ''];

  it('reads pid, port and status', () => {
    expect(parsePostmasterFile(lines.join('\n'))).toEqual({ pid: 4711, port: 45991, ready: true });
    expect(parsePostmasterFile(lines.with(7, 'starting').join('\n'))).toMatchObject({ ready: false });
  });

  it('takes a file that is still being written for none', () => {
    for (let count = 0; count < 4; count++) {
      expect(parsePostmasterFile(lines.slice(0, count).join('\n'))).toBeNull();
    }
    expect(parsePostmasterFile(lines.with(0, '-1').join('\n'))).toBeNull();
    expect(parsePostmasterFile(lines.with(3, '99999').join('\n'))).toBeNull();
  });
});

describe('accountInPasswd', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/:/bin/sh\nbroken:x\nnobody:x:65534:65534::/:\n';

  it('finds an account by its whole name', () => {
    expect(accountInPasswd(passwd, 'postgres')).toEqual({ uid: 101, gid: 104 });
    expect(accountInPasswd(passwd, 'post')).toBeNull();
    expect(accountInPasswd(passwd, 'broken')).toBeNull();
  });

  it('never gives root', () => {
    expect(accountInPasswd(passwd, 'root')).toBeNull();
  });
});
