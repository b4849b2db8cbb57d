package io.releve.mysql.server;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import io.releve.agent.SharedRecord.Version;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.AcceptedLoss;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.Published;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * What all agents of the servers share beyond all restarts: who is the primary, and which servers hold what was
 * acknowledged.
 *
 * <p>Thread-safe. Methods with a limit block, and throw {@link SharedRecordException}.
 */
final class ClusterRecords {

    private final SharedRecord primary;
    private final SharedRecord promotable;
    private final SharedRecord wanted;
    private final SharedRecord published;
    private final SharedRecord acceptedLoss;
    private final AgentContext context;

    ClusterRecords(AgentContext context) {
        this.primary = context.record("primary");
        this.promotable = context.record("promotable");
        this.wanted = context.record("wanted");
        this.published = context.record("published");
        this.acceptedLoss = context.record("accepted-loss");
        this.context = context;
    }

    /** Where the operator wants the primary, by {@link PrimaryControl}. */
    SharedRecord wanted() {
        return wanted;
    }

    /** The operator's word, by {@link PrimaryControl}. */
    SharedRecord acceptedLossRecord() {
        return acceptedLoss;
    }

    /** What a primary last published of its history, as last seen. */
    Known<Published> lastPublished() {
        return known(published.current(), Published::parse);
    }

    Known<Published> readPublished(Duration limit) {
        return known(await(published.read(), limit), Published::parse);
    }

    Known<Published> write(Published next, int expected, Duration limit) {
        return new Known<>(
                Optional.of(next),
                await(published.write(next.text(), expected), limit).number());
    }

    /** The loss that the operator last accepted, as last seen. */
    Optional<AcceptedLoss> acceptedLoss() {
        return known(acceptedLoss.current(), AcceptedLoss::parse).value();
    }

    Optional<AcceptedLoss> readAcceptedLoss(Duration limit) {
        return known(await(acceptedLoss.read(), limit), AcceptedLoss::parse).value();
    }

    /** Whether the operator wants a server rebuilt, by {@link PrimaryControl}; {@link RebuildRequest} reads it. */
    SharedRecord rebuild(MySqlServer server) {
        return context.record("rebuild-" + server.number());
    }

    boolean isWanted(String node) {
        return wanted.current().filter(version -> version.text().equals(node)).isPresent();
    }

    /**
     * A value and its place among those that the record has had.
     *
     * @param value empty if there is none
     * @param number what to expect when it is replaced
     */
    record Known<T>(Optional<T> value, int number) {}

    /** The last seen primary. */
    Optional<PrimaryRecord> primary() {
        return known(primary.current(), PrimaryRecord::parse).value();
    }

    /** The last seen set. */
    Optional<PromotableSet> promotable() {
        return known(promotable.current(), PromotableSet::parse).value();
    }

    Known<PrimaryRecord> lastPrimary() {
        return known(primary.current(), PrimaryRecord::parse);
    }

    Known<PrimaryRecord> readPrimary(Duration limit) {
        return known(await(primary.read(), limit), PrimaryRecord::parse);
    }

    Known<PromotableSet> readPromotable(Duration limit) {
        return known(await(promotable.read(), limit), PromotableSet::parse);
    }

    Known<PromotableSet> lastPromotable() {
        return known(promotable.current(), PromotableSet::parse);
    }

    Known<PrimaryRecord> write(PrimaryRecord next, int expected, Duration limit) {
        return new Known<>(
                Optional.of(next),
                await(primary.write(next.text(), expected), limit).number());
    }

    Known<PromotableSet> write(PromotableSet next, int expected, Duration limit) {
        return new Known<>(
                Optional.of(next),
                await(promotable.write(next.text(), expected), limit).number());
    }

    /** Has an action run when one of them changes; it must not block. */
    Lease.Registration onChange(Runnable action) {
        Lease.Registration one = primary.onChange(action);
        Lease.Registration two = promotable.onChange(action);
        Lease.Registration three = wanted.onChange(action);
        // Not of what is published: that changes each second.
        Lease.Registration four = acceptedLoss.onChange(action);
        return () -> {
            one.close();
            two.close();
            three.close();
            four.close();
        };
    }

    private static <T> Known<T> known(Optional<Version> version, Function<String, T> reader) {
        return new Known<>(
                version.map(Version::text).map(reader),
                version.map(Version::number).orElse(SharedRecord.NONE));
    }

    private static <T> T await(CompletionStage<T> stage, Duration limit) {
        try {
            return stage.toCompletableFuture().get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SharedRecordException known) {
                throw known;
            }
            throw new SharedRecordException(Reason.UNREACHABLE, String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new SharedRecordException(
                    Reason.UNREACHABLE,
                    "the cluster's shared memory did not answer within " + limit.toMillis() + " ms",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SharedRecordException(Reason.UNREACHABLE, "interrupted", e);
        }
    }
}
