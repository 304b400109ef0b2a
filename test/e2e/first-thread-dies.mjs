// Loaded into the child: the first thread that it begins dies in the middle of its work.
import { isMainThread } from 'node:worker_threads'

if (isMainThread) process.once('worker', (thread) => thread.once('message', () => void thread.terminate()))
