import { sinkAddress } from './addresses.ts';
import { mailsFolder } from './folders.ts';
import { createSink } from './sink.ts';

/* Program: the relay that alerts go to. */

createSink({ folder: mailsFolder, maxMails: 2000, maxMailBytes: 1024 * 1024 }).listen(25, sinkAddress);
