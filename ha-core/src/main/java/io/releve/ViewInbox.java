package io.releve;

import io.releve.coordination.View;
import io.releve.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Hands views to a loop, in their order. A view shows everything, so that one which still waits for its turn when the next one
 * comes is left out: a loop that is behind catches up at once. Only a change of the connection is always shown.
 *
 * <p>Thread-safe.
 */
final class ViewInbox implements Consumer<View> {

    private final EventLoop loop;
    private final Consumer<View> reader;
    private final Deque<View> waiting = new ArrayDeque<>();

    /**
     * Nothing yet.
     *
     * @param reader called on the loop
     */
    ViewInbox(EventLoop loop, Consumer<View> reader) {
        this.loop = loop;
        this.reader = reader;
    }

    @Override
    public void accept(View view) {
        synchronized (waiting) {
            View last = waiting.peekLast();
            if (last != null && last.connection() == view.connection()) {
                waiting.removeLast();
                waiting.addLast(view);
                return;
            }
            waiting.addLast(view);
        }
        loop.execute(this::next);
    }

    private void next() {
        View view;
        synchronized (waiting) {
            view = waiting.removeFirst();
        }
        reader.accept(view);
    }
}
