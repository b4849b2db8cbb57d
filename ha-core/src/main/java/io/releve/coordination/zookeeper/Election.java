package io.releve.coordination.zookeeper;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Reign;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election of the controller. Curator's latch makes and keeps the candidate's node; who is first is read from the
 * mirror, where candidates whose life is over do not count. To rule takes more than being first: the reign begins with a
 * transaction that raises the epoch if both the candidate's node and its life are still there, and every plan is written
 * under the same conditions.
 *
 * <p>The latch's own opinion is not asked: it does not notice that its node has been deleted by others.
 *
 * <p>Belongs to the loop.
 */
final class Election {

    private static final Logger log = LoggerFactory.getLogger(Election.class);

    private static final int ANY_VERSION = -1;
    private static final String LATCH = "latch-";

    private final CuratorFramework client;
    private final Layout layout;
    private final Requests requests;
    private final Mirror mirror;
    private final Membership membership;
    private final Documents documents;
    private final Runnable onChange;

    private @Nullable LeaderLatch latch;
    private @Nullable Reign reign;
    private boolean takingOffice;

    Election(
            CuratorFramework client,
            Layout layout,
            Requests requests,
            Mirror mirror,
            Membership membership,
            Documents documents,
            Runnable onChange) {
        this.client = client;
        this.layout = layout;
        this.requests = requests;
        this.mirror = mirror;
        this.membership = membership;
        this.documents = documents;
        this.onChange = onChange;
    }

    private record Candidate(String path, String life, long owner) {}

    void campaign() {
        MemberInfo own = membership.own();
        if (own == null || latch != null) {
            return;
        }
        LeaderLatch candidacy = new LeaderLatch(client, layout.election(), MemberText.life(own));
        try {
            candidacy.start();
            latch = candidacy;
        } catch (Exception e) { // Curator declares no less
            log.error("The candidacy of {} could not begin.", own.node(), e);
        }
    }

    /** Ends the candidacy. */
    void withdraw() {
        reign = null;
        LeaderLatch candidacy = latch;
        latch = null;
        if (candidacy != null) {
            try {
                candidacy.close();
            } catch (IOException | IllegalStateException e) {
                log.debug("The candidacy had ended already.", e);
            }
        }
    }

    /** Out of touch: whoever may have been elected since, it is not certain to be this participant. */
    void outOfTouch() {
        reign = null;
    }

    /** The mirror has changed. */
    void look() {
        MemberInfo own = membership.own();
        if (own == null) {
            withdraw();
            return;
        }
        Optional<Candidate> first = first();
        boolean mine = first.isPresent()
                && first.get().life.equals(MemberText.life(own))
                && first.get().owner == requests.session();
        if (!mine) {
            reign = null;
        } else if (!rulesAs(first.get())) {
            reign = null;
            takeOffice(own, first.get());
        }
    }

    /** The node of the first candidate that is alive. */
    Optional<String> controller() {
        return first().map(candidate -> candidate.life.substring(0, candidate.life.indexOf('#')));
    }

    Optional<Reign> reign() {
        return Optional.ofNullable(reign);
    }

    CompletableFuture<Void> writePlan(Reign under, String text) {
        MemberInfo own = membership.own();
        if (own == null) {
            return CompletableFuture.failedFuture(deposed(under));
        }
        return whileRuling(under, documents.put("plan", ruling(own, under), layout.plan(), text));
    }

    CompletableFuture<Void> endLife(Reign under, MemberInfo life, String key, String text, int expectedVersion) {
        MemberInfo own = membership.own();
        if (own == null) {
            return CompletableFuture.failedFuture(deposed(under));
        }
        List<Op> operations = ruling(own, under);
        int record = operations.size();
        operations.add(documents.record(key, text, expectedVersion));
        CompletableFuture<Void> ending = membership.end(life, operations).exceptionally(failure -> {
            ZooKeeperFailure cause = Mirror.cause(failure);
            throw cause.isStale(record) ? Documents.conflict("record " + key, expectedVersion, cause) : cause;
        });
        return whileRuling(under, ending);
    }

    private static CompletableFuture<Void> whileRuling(Reign under, CompletableFuture<Void> transaction) {
        return transaction.exceptionallyCompose(failure -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            boolean over = cause instanceof ZooKeeperFailure stale
                    && (stale.isStale(0) || stale.isStale(1) || stale.isStale(2));
            return CompletableFuture.failedFuture(over ? deposed(under) : cause);
        });
    }

    private static CoordinationException.Deposed deposed(Reign under) {
        return new CoordinationException.Deposed(
                "The reign of epoch " + under.epoch()
                        + " is over: its candidate's node or membership is gone, or a later reign has begun. Nothing was written.");
    }

    private boolean rulesAs(Candidate candidate) {
        Mirror.Node epoch = mirror.node(layout.epoch());
        return reign != null
                && reign.token().equals(candidate.path)
                && (epoch == null || epoch.version() <= reign.epoch());
    }

    private void takeOffice(MemberInfo own, Candidate candidate) {
        if (takingOffice) {
            return;
        }
        takingOffice = true;
        List<Op> operations = new ArrayList<>(conditions(own, candidate.path));
        operations.add(Requests.set(layout.epoch(), candidate.life, ANY_VERSION));
        CompletableFuture<Void> ignored = requests.transaction("Beginning the reign of " + own.node(), operations)
                .handle((results, failure) -> {
                    takingOffice = false;
                    if (results != null) {
                        begin(own, candidate, results);
                    } else {
                        failed(own, Mirror.cause(failure));
                    }
                    return null;
                });
    }

    private void begin(MemberInfo own, Candidate candidate, List<OpResult> results) {
        OpResult.SetDataResult epoch = (OpResult.SetDataResult) results.get(results.size() - 1);
        boolean still = own.equals(membership.own()) && candidate.owner == requests.session();
        if (still) {
            reign = new Reign(epoch.getStat().getVersion(), candidate.path);
            log.info("{} is the controller, epoch {}.", own.node(), reign.epoch());
            onChange.run();
        }
    }

    private void failed(MemberInfo own, ZooKeeperFailure failure) {
        if (failure.is(Code.OPERATIONTIMEOUT)) {
            look(); // still connected, still first: once more
        } else if (!failure.isPassing() && !failure.is(Code.NONODE)) {
            log.error("{} is elected but cannot begin its reign: {}", own.node(), failure.getMessage());
        }
    }

    private List<Op> conditions(MemberInfo own, String candidatePath) {
        return List.of(membership.check(own), Op.check(candidatePath, ANY_VERSION));
    }

    /** What every transaction of a controller begins with: it fails at one of these if the reign is over. */
    private List<Op> ruling(MemberInfo own, Reign under) {
        List<Op> checks = new ArrayList<>(conditions(own, under.token()));
        checks.add(Op.check(layout.epoch(), (int) under.epoch()));
        return checks;
    }

    private Optional<Candidate> first() {
        return mirror.under(layout.election()).entrySet().stream()
                .map(Election::candidate)
                .filter(candidate -> mirror.node(layout.life(candidate.life)) != null)
                .min(Comparator.comparing(candidate -> sequence(candidate.path)));
    }

    private static Candidate candidate(Map.Entry<String, Mirror.Node> node) {
        return new Candidate(
                node.getKey(), node.getValue().text(), node.getValue().owner());
    }

    /** ZooKeeper pads the number with zeros. */
    private static String sequence(String path) {
        return path.substring(path.lastIndexOf(LATCH) + LATCH.length());
    }
}
