package io.releve.coordination.zookeeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.releve.coordination.MemberInfo;
import java.time.Duration;
import java.util.Optional;

/** What a member tells of itself, as JSON. */
final class MemberText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MemberText() {}

    static String of(MemberInfo info) {
        return JSON.createObjectNode()
                .put("node", info.node())
                .put("incarnation", info.incarnation())
                .put("leaseMillis", info.lease().toMillis())
                .toString();
    }

    /** Empty if it is not what {@link #of} writes. Fields that are not known are skipped. */
    static Optional<MemberInfo> parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            String node = json.path("node").asText();
            String incarnation = json.path("incarnation").asText();
            long lease = json.path("leaseMillis").asLong(-1);
            return node.isEmpty() || incarnation.isEmpty() || lease < 0
                    ? Optional.empty()
                    : Optional.of(new MemberInfo(node, incarnation, Duration.ofMillis(lease)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The name of one life of a node. */
    static String life(MemberInfo info) {
        return info.node() + "#" + info.incarnation();
    }
}
