package io.releve.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.fencing.LeaseTable.Life;
import io.releve.runtime.ThreadedWorkers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpPeersTest {

    private static final String SECRET = "a secret of the tests";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Question QUESTION =
            new Question(new Life("serv1", "a"), new Life("serv2", "b"), Duration.ofSeconds(3));

    private final ThreadedWorkers workers = new ThreadedWorkers("peers-test");
    private final List<TcpPeers> open = new ArrayList<>();
    private final BlockingQueue<Question> asked = new LinkedBlockingQueue<>();
    private final Map<String, InetSocketAddress> addresses = Map.of("serv1", free(), "serv2", free());

    private static InetSocketAddress free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        } catch (IOException none) {
            throw new IllegalStateException(none);
        }
    }

    @AfterEach
    void close() {
        open.forEach(TcpPeers::close);
        workers.close();
    }

    private TcpPeers peer(String node, String secret) {
        TcpPeers peers = new TcpPeers(node, addresses, secret::toCharArray, PATIENCE, workers);
        open.add(peers);
        return peers;
    }

    private void listen(String secret, boolean answer) throws IOException {
        peer("serv2", secret).listen(question -> {
            asked.add(question);
            return CompletableFuture.completedFuture(answer);
        });
        connect().close();
    }

    /** Ends once somebody listens. */
    private Socket connect() throws IOException {
        InetSocketAddress address = addresses.get("serv2");
        while (true) {
            try {
                return new Socket(address.getAddress(), address.getPort());
            } catch (java.net.ConnectException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    private boolean ask(String secret) {
        return peer("serv1", secret)
                .ask(QUESTION, PATIENCE)
                .toCompletableFuture()
                .join();
    }

    @Test
    void shouldCarryTheQuestionAndTheAnswer() throws IOException {
        listen(SECRET, true);

        assertThat(ask(SECRET)).isTrue();
        assertThat(asked).containsExactly(QUESTION);
    }

    @Test
    void shouldCarryARefusal() throws IOException {
        listen(SECRET, false);

        assertThat(ask(SECRET)).isFalse();
        assertThat(asked).hasSize(1);
    }

    @Test
    void shouldNotEvenHearWhoHasAnotherSecret() throws IOException {
        listen(SECRET, true);

        assertThat(ask("another secret than that")).isFalse();
        assertThat(ask("short")).isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldTakeNobodyListeningForSilence() {
        assertThat(ask(SECRET)).isFalse();
    }

    @Test
    void shouldBearWhoSpeaksSomethingElse() throws IOException {
        listen(SECRET, true);
        try (Socket stranger = connect()) {
            stranger.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            stranger.getOutputStream().flush();
        }

        assertThat(ask(SECRET)).isTrue();
    }

    @Test
    void shouldTakeNeitherAReplayNorAnAnswerToAnotherQuestion() throws IOException {
        PeerMessages messages = new PeerMessages(SECRET::toCharArray);
        byte[] nonce = new byte[PeerMessages.NONCE];
        byte[] other = nonce.clone();
        other[3] = 1;
        byte[] body = messages.body(QUESTION, nonce, nonce);
        byte[] frame = messages.question(body);

        assertThat(messages.readQuestion(frame, nonce).question()).isEqualTo(QUESTION);
        assertThatThrownBy(() -> messages.readQuestion(frame, other)).hasMessageContaining("not authentic");
        byte[] answer = messages.answer(body, true);
        assertThat(messages.readAnswer(answer, body)).isTrue();
        byte[] laterLife =
                messages.body(new Question(QUESTION.asker(), new Life("serv2", "c"), QUESTION.lease()), nonce, nonce);
        assertThatThrownBy(() -> messages.readAnswer(answer, laterLife)).hasMessageContaining("not authentic");
        byte[] refusal = messages.answer(body, false);
        refusal[1] = 1;
        assertThatThrownBy(() -> messages.readAnswer(refusal, body))
                .hasMessageContaining("not authentic")
                .hasMessageNotContaining(SECRET);
    }
}
