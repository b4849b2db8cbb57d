package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.Document;
import io.releve.coordination.View;
import io.releve.coordination.View.Connection;
import io.releve.runtime.EventLoop;
import io.releve.runtime.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewInboxTest {

    private final VirtualTime time = VirtualTime.seeded(1);
    private final EventLoop loop = time.loop("serv1");
    private final List<View> seen = new ArrayList<>();
    private final ViewInbox inbox = new ViewInbox(loop, seen::add);

    private static View view(Connection connection, String report) {
        return new View(
                connection,
                Optional.empty(),
                Map.of(),
                Map.of("serv1", new Document(report, 1)),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void shouldShowEachViewToALoopThatKeepsUp() {
        inbox.accept(view(Connection.CONNECTED, "one"));
        time.runUntilIdle();
        inbox.accept(view(Connection.CONNECTED, "two"));
        time.runUntilIdle();

        assertThat(seen).containsExactly(view(Connection.CONNECTED, "one"), view(Connection.CONNECTED, "two"));
    }

    @Test
    void shouldShowOnlyTheNewestToALoopThatIsBehind() {
        for (int i = 0; i < 100; i++) {
            inbox.accept(view(Connection.CONNECTED, "number " + i));
        }
        time.runUntilIdle();

        assertThat(seen).containsExactly(view(Connection.CONNECTED, "number 99"));
    }

    @Test
    void shouldSkipNoChangeOfTheConnection() {
        inbox.accept(view(Connection.CONNECTED, "one"));
        inbox.accept(view(Connection.SUSPENDED, "one"));
        inbox.accept(view(Connection.LOST, "one"));
        inbox.accept(view(Connection.CONNECTED, "two"));
        inbox.accept(view(Connection.CONNECTED, "three"));
        time.runUntilIdle();

        assertThat(seen)
                .containsExactly(
                        view(Connection.CONNECTED, "one"),
                        view(Connection.SUSPENDED, "one"),
                        view(Connection.LOST, "one"),
                        view(Connection.CONNECTED, "three"));
    }

    @Test
    void shouldShowWhatComesBeforeATaskThatIsPostedAfterIt() {
        inbox.accept(view(Connection.CONNECTED, "one"));
        inbox.accept(view(Connection.CONNECTED, "two"));
        List<View> before = new ArrayList<>();
        loop.execute(() -> before.addAll(seen));
        time.runUntilIdle();

        assertThat(before).containsExactly(view(Connection.CONNECTED, "two"));
    }
}
