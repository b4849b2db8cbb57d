package io.releve.node;

import io.releve.peer.PeerChannel;
import io.releve.peer.Question;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The direct ways between nodes under virtual time. Messages take a while, and cut ones are never heard of. */
final class MemoryPeers {

    private final Map<String, Channel> channels = new HashMap<>();
    private final Set<Set<String>> cuts = new HashSet<>();
    private Duration oneWay = Duration.ofMillis(2);

    PeerChannel channel(String node, EventLoop loop) {
        return new Channel(node, loop);
    }

    void cut(String one, String other) {
        cuts.add(Set.of(one, other));
    }

    void heal(String one, String other) {
        cuts.remove(Set.of(one, other));
    }

    void slow(Duration newOneWay) {
        oneWay = newOneWay;
    }

    private final class Channel implements PeerChannel {
        private final String node;
        private final EventLoop loop;
        private Function<Question, CompletionStage<Boolean>> answers =
                question -> CompletableFuture.completedFuture(false);

        Channel(String node, EventLoop loop) {
            this.node = node;
            this.loop = loop;
        }

        @Override
        public void listen(Function<Question, CompletionStage<Boolean>> newAnswers) {
            answers = newAnswers;
            channels.put(node, this);
        }

        @Override
        public CompletionStage<Boolean> ask(Question question, Duration patience) {
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            loop.schedule(patience, () -> answer.complete(false));
            Channel other = channels.get(question.asked().node());
            if (other != null) {
                other.loop.schedule(oneWay, () -> {
                    if (!cuts.contains(Set.of(node, other.node))) {
                        other.answers
                                .apply(question)
                                .thenAccept(yes -> loop.schedule(oneWay, () -> {
                                    if (!cuts.contains(Set.of(node, other.node))) {
                                        answer.complete(yes);
                                    }
                                }));
                    }
                });
            }
            return answer;
        }

        @Override
        public void close() {}
    }
}
