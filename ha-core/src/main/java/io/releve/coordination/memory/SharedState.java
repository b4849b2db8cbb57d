package io.releve.coordination.memory;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Document;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Records;
import io.releve.coordination.Reign;
import io.releve.coordination.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all participants share, and the transactions that change it. Each either does all that its name says or throws
 * and does nothing. Not thread-safe: its owner lets in one at a time.
 */
final class SharedState {

    private @Nullable Document config;
    private @Nullable Document plan;
    private final Map<String, Membership> members = new TreeMap<>();
    private final Map<String, Document> reports = new TreeMap<>();
    private final Map<String, String> evictions = new TreeMap<>();
    private final Map<String, Document> records = new TreeMap<>();
    /** In the order in which they came; the first one is the controller. */
    private final List<Candidate> candidates = new ArrayList<>();

    private long epoch;
    private long lastSession;
    private long lastToken;

    private record Membership(MemberInfo info, int renewals, long session) {}

    private record Candidate(String token, long session, String node, String incarnation) {}

    long newSession() {
        return ++lastSession;
    }

    void endSession(long session) {
        members.values().removeIf(member -> member.session == session);
        candidates.removeIf(candidate -> candidate.session == session);
    }

    void join(long session, MemberInfo info, Optional<String> replaces) {
        Membership there = members.get(info.node());
        if (there != null
                && there.session != session
                && replaces.filter(there.info.incarnation()::equals).isPresent()) {
            endSession(there.session);
            there = null;
        }
        if (there != null && there.session != session) {
            throw new CoordinationException.NameTaken("A member named " + info.node()
                    + " exists already (incarnation " + there.info.incarnation()
                    + "). Give each node a name of its own, or wait until the old one is gone.");
        }
        if (there == null || !there.info.incarnation().equals(info.incarnation())) {
            leave(session);
            members.put(info.node(), new Membership(info, 0, session));
        }
    }

    void renew(long session) {
        Membership own = own(session);
        members.put(own.info.node(), new Membership(own.info, own.renewals + 1, session));
    }

    void leave(long session) {
        endSession(session);
    }

    void writeReport(long session, String text) {
        reports.merge(own(session).info.node(), new Document(text, 0), SharedState::successor);
    }

    void writeRecord(long session, String key, String text, int expectedVersion) {
        Records.requireKey(key);
        Records.requireText(key, text);
        own(session);
        Document there = records.get(key);
        int version = there == null ? -1 : there.version();
        if (version != expectedVersion) {
            throw new CoordinationException.Conflict(
                    "The record " + key + " has version " + version + ", not " + expectedVersion + ". Read it again.");
        }
        records.put(key, new Document(text, version + 1));
    }

    Optional<Document> readRecord(String key) {
        Records.requireKey(key);
        return Optional.ofNullable(records.get(key));
    }

    void writeConfig(String text, int expectedVersion) {
        int version = config == null ? -1 : config.version();
        if (version != expectedVersion) {
            throw new CoordinationException.Conflict(
                    "The configuration has version " + version + ", not " + expectedVersion + ". Read it again.");
        }
        config = new Document(text, version + 1);
    }

    void campaign(long session) {
        boolean alreadyIn = candidates.stream().anyMatch(candidate -> candidate.session == session);
        if (!alreadyIn) {
            MemberInfo own = own(session).info;
            candidates.add(new Candidate("candidate-" + ++lastToken, session, own.node(), own.incarnation()));
        }
    }

    boolean leads(long session) {
        return !candidates.isEmpty() && candidates.get(0).session == session;
    }

    Reign beginReign(long session) {
        if (!leads(session)) {
            throw new CoordinationException.Deposed("This participant is not the elected controller.");
        }
        return new Reign(++epoch, candidates.get(0).token);
    }

    void writePlan(long session, Reign reign, String text) {
        requireReign(session, reign, "Its plan was not written.");
        plan = successor(plan, new Document(text, 0));
    }

    void endLife(long session, Reign reign, MemberInfo life, String key, String text, int expectedVersion) {
        requireReign(session, reign, "The life of " + life.node() + " was not ended.");
        writeRecord(session, key, text, expectedVersion);
        Membership there = members.get(life.node());
        if (there != null && there.info.incarnation().equals(life.incarnation())) {
            members.remove(life.node());
        }
        over(life.node(), life.incarnation());
    }

    private void requireReign(long session, Reign reign, String consequence) {
        boolean stillIn = leads(session) && candidates.get(0).token.equals(reign.token());
        if (!stillIn || reign.epoch() != epoch) {
            throw new CoordinationException.Deposed(
                    "The reign of epoch " + reign.epoch() + " is over; the epoch is now " + epoch
                            + (stillIn ? "" : " and its candidacy has ended") + ". " + consequence);
        }
    }

    void evict(Member seen) {
        String node = seen.info().node();
        String incarnation = seen.info().incarnation();
        Membership there = members.get(node);
        if (there != null && there.info.incarnation().equals(incarnation)) {
            if (there.renewals != seen.renewals()) {
                throw new CoordinationException.Conflict("The member " + node + "#" + incarnation + " has renewed "
                        + there.renewals + " times, not " + seen.renewals() + ": it is alive.");
            }
            members.remove(node);
        }
        over(node, incarnation);
    }

    private void over(String node, String incarnation) {
        candidates.removeIf(candidate -> candidate.node.equals(node) && candidate.incarnation.equals(incarnation));
        evictions.put(node, incarnation);
    }

    View view(Optional<Reign> reign) {
        Map<String, Member> seen = new TreeMap<>();
        members.forEach((node, member) -> seen.put(node, new Member(member.info, member.renewals)));
        return new View(
                View.Connection.CONNECTED,
                Optional.ofNullable(config),
                seen,
                reports,
                evictions,
                records,
                Optional.ofNullable(plan),
                candidates.stream().map(Candidate::node).findFirst(),
                reign);
    }

    private Membership own(long session) {
        return members.values().stream()
                .filter(member -> member.session == session)
                .findFirst()
                .orElseThrow(() -> new CoordinationException.NotAMember(
                        "This participant's membership is over, or never began. Join first."));
    }

    private static Document successor(@Nullable Document before, Document next) {
        return before == null ? next : new Document(next.text(), before.version() + 1);
    }
}
