package io.releve.peer;

import io.releve.runtime.Workers;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channel over TCP: one listener per node, one connection per question. All threads are the workers'. */
public final class TcpPeers implements PeerChannel {

    private static final Logger LOG = LoggerFactory.getLogger(TcpPeers.class);
    private static final int CONNECTIONS = 16;
    private static final int BACKLOG = 32;
    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(1);

    private final String self;
    private final Map<String, InetSocketAddress> addresses;
    private final Duration patience;
    private final Workers workers;
    private final PeerMessages messages;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile @Nullable ServerSocket server;

    /**
     * A channel that does not listen yet.
     *
     * @param addresses where each node listens, by node; names are looked up when they are needed
     * @param secret asked for each message; never logged
     * @param patience how long a whole exchange may take on the answering side
     * @param workers give the threads: one that listens, one per exchange
     */
    public TcpPeers(
            String self,
            Map<String, InetSocketAddress> addresses,
            Supplier<char[]> secret,
            Duration patience,
            Workers workers) {
        this.self = self;
        this.addresses = Map.copyOf(addresses);
        this.patience = patience;
        this.workers = workers;
        this.messages = new PeerMessages(secret);
    }

    @Override
    public void listen(Function<Question, CompletionStage<Boolean>> answers) {
        workers.start("releve-peers-" + self, () -> accept(answers));
    }

    private void accept(Function<Question, CompletionStage<Boolean>> answers) {
        while (!closed) {
            try (ServerSocket listening = new ServerSocket()) {
                server = listening;
                listening.setReuseAddress(true);
                listening.bind(resolved(self), BACKLOG);
                while (!closed) {
                    serve(listening.accept(), answers);
                }
            } catch (IOException failed) {
                if (!closed && !waitToListenAgain(failed)) {
                    return;
                }
            }
        }
    }

    /** Somebody else may hold the address, or it is not there yet. */
    private boolean waitToListenAgain(IOException failed) {
        LOG.error(
                "node {} cannot listen for the others on {}, so that it promises nothing: {}; it is tried again in {} ms."
                        + " Give failsafe(…) an address of this host that is free",
                self,
                addresses.get(self),
                failed.getMessage(),
                LISTEN_AGAIN.toMillis());
        try {
            return !over.await(LISTEN_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void serve(Socket socket, Function<Question, CompletionStage<Boolean>> answers) {
        if (!connections.tryAcquire()) {
            closeQuietly(socket);
            return;
        }
        workers.start("releve-peers-" + self + "-answer", () -> {
            try (socket) {
                answer(new Exchange(socket, patience), answers);
            } catch (IOException | TimeoutException | ExecutionException failed) {
                LOG.debug("node {} gave {} no answer: {}", self, socket.getRemoteSocketAddress(), failed.getMessage());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                connections.release();
            }
        });
    }

    private void answer(Exchange exchange, Function<Question, CompletionStage<Boolean>> answers)
            throws IOException, InterruptedException, TimeoutException, ExecutionException {
        byte[] nonce = nonce();
        exchange.send(messages.hello(nonce));
        PeerMessages.Received received = messages.readQuestion(exchange.receive(), nonce);
        if (!received.question().asked().node().equals(self)) {
            throw new IOException("a question for " + received.question().asked());
        }
        boolean promised =
                answers.apply(received.question()).toCompletableFuture().get(exchange.left(), TimeUnit.MILLISECONDS);
        exchange.send(messages.answer(received.body(), promised));
    }

    @Override
    public CompletionStage<Boolean> ask(Question question, Duration limit) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        if (!addresses.containsKey(question.asked().node()) || closed) {
            answer.complete(false);
            return answer;
        }
        workers.start("releve-peers-" + self + "-ask", () -> {
            boolean promised = false;
            try (Socket socket = new Socket()) {
                long sentAt = System.nanoTime();
                socket.connect(resolved(question.asked().node()), (int) limit.toMillis());
                Exchange exchange = new Exchange(socket, limit.minusNanos(System.nanoTime() - sentAt));
                byte[] body = messages.body(question, nonce(), messages.readHello(exchange.receive()));
                exchange.send(messages.question(body));
                promised = messages.readAnswer(exchange.receive(), body);
            } catch (IOException silence) {
                LOG.debug("node {} had no promise of {}: {}", self, question.asked(), silence.getMessage());
            } finally {
                answer.complete(promised);
            }
        });
        return answer.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private InetSocketAddress resolved(String node) throws IOException {
        InetSocketAddress address = addresses.get(node);
        if (address == null) {
            throw new IOException("there is no address of " + node);
        }
        return new InetSocketAddress(address.getHostString(), address.getPort());
    }

    private byte[] nonce() {
        byte[] nonce = new byte[PeerMessages.NONCE];
        random.nextBytes(nonce);
        return nonce;
    }

    @Override
    public void close() {
        closed = true;
        over.countDown();
        ServerSocket listening = server;
        if (listening != null) {
            try {
                listening.close();
            } catch (IOException gone) {
                LOG.debug("the listener of node {} could not be closed: {}", self, gone.getMessage());
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.debug("a connection could not be closed: {}", gone.getMessage());
        }
    }

    /** One connection, which ends in time however slowly the other side sends. */
    private static final class Exchange {
        private final Socket socket;
        private final long end;

        Exchange(Socket socket, Duration limit) throws IOException {
            this.socket = socket;
            this.end = System.nanoTime() + limit.toNanos();
            socket.setTcpNoDelay(true);
        }

        long left() throws IOException {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new InterruptedIOException("too late");
            }
            return left;
        }

        void send(byte[] frame) throws IOException {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] whole = new byte[frame.length + 2];
            whole[0] = (byte) (frame.length >> 8);
            whole[1] = (byte) frame.length;
            System.arraycopy(frame, 0, whole, 2, frame.length);
            out.write(whole);
            out.flush();
        }

        byte[] receive() throws IOException {
            DataInputStream length = new DataInputStream(new java.io.ByteArrayInputStream(read(2)));
            int size = length.readUnsignedShort();
            if (size == 0 || size > PeerMessages.LIMIT) {
                throw new IOException("a frame of " + size + " bytes, the limit is " + PeerMessages.LIMIT);
            }
            return read(size);
        }

        private byte[] read(int size) throws IOException {
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[size];
            int filled = 0;
            while (filled < size) {
                socket.setSoTimeout((int) left());
                int more = in.read(bytes, filled, size - filled);
                if (more < 0) {
                    throw new IOException("the connection ended after " + filled + " of " + size + " bytes");
                }
                filled += more;
            }
            return bytes;
        }
    }
}
