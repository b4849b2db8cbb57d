package io.releve.coordination.zookeeper;

import io.releve.coordination.Document;
import io.releve.coordination.Member;
import io.releve.coordination.View;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes views of what the mirror shows. */
final class ViewMaker {

    private static final Logger log = LoggerFactory.getLogger(ViewMaker.class);

    private ViewMaker() {}

    static View view(Layout layout, Mirror mirror, Election election) {
        return new View(
                View.Connection.CONNECTED,
                document(mirror.node(layout.config())),
                members(mirror.under(layout.members())),
                byName(mirror.under(layout.reports()), node -> new Document(node.text(), node.version())),
                byName(mirror.under(layout.evictions()), Mirror.Node::text),
                byName(mirror.under(layout.records()), node -> new Document(node.text(), node.version())),
                document(mirror.node(layout.plan())),
                election.controller(),
                election.reign());
    }

    private static Map<String, Member> members(SortedMap<String, Mirror.Node> nodes) {
        Map<String, Member> members = new HashMap<>();
        nodes.forEach((path, node) -> MemberText.parse(node.text())
                .ifPresentOrElse(
                        info -> members.put(info.node(), new Member(info, node.version())),
                        () -> log.warn("{} is not a member's description and is skipped.", path)));
        return members;
    }

    private static Optional<Document> document(Mirror.@Nullable Node node) {
        return Optional.ofNullable(node).map(there -> new Document(there.text(), there.version()));
    }

    private static <T> Map<String, T> byName(SortedMap<String, Mirror.Node> nodes, Function<Mirror.Node, T> value) {
        Map<String, T> byName = new HashMap<>();
        nodes.forEach((path, node) -> byName.put(Layout.lastPart(path), value.apply(node)));
        return byName;
    }
}
