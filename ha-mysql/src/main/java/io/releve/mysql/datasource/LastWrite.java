package io.releve.mysql.datasource;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last transaction that was committed through a DataSource. Commits come in by several threads, and not in their order.
 * Thread-safe.
 */
final class LastWrite {

    private static final Logger LOG = LoggerFactory.getLogger(LastWrite.class);

    private final AtomicReference<@Nullable Written> last = new AtomicReference<>();

    private record Written(long epoch, WriteToken token) {

        boolean isAfter(@Nullable Written other) {
            return other == null
                    || epoch > other.epoch
                    || (epoch == other.epoch
                            && (token.number() > other.token.number()
                                    || !token.sequence().equals(other.token.sequence())));
        }
    }

    /**
     * Notes a commit.
     *
     * @param epoch in which it was committed
     * @param gtid as the server told it
     */
    void committed(long epoch, String gtid) {
        Written next;
        try {
            next = new Written(epoch, new WriteToken(gtid));
        } catch (IllegalArgumentException unknown) {
            // This is called by the driver, in the middle of its protocol.
            LOG.debug("the server tells of a commit: {}", unknown.getMessage());
            return;
        }
        Written before = last.get();
        while (next.isAfter(before) && !last.compareAndSet(before, next)) {
            before = last.get();
        }
    }

    Optional<WriteToken> token() {
        return Optional.ofNullable(last.get()).map(Written::token);
    }
}
