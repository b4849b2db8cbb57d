package io.releve.vip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what {@code ip -j} prints. */
final class IprouteJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private IprouteJson() {}

    /** The interfaces in the output of {@code ip -j addr show}; what a filter left empty is skipped. */
    static List<NetworkLink> links(String json) throws JsonProcessingException {
        List<NetworkLink> links = new ArrayList<>();
        for (JsonNode link : array(json)) {
            if (link.hasNonNull("ifname")) {
                links.add(link(link));
            }
        }
        return links;
    }

    /**
     * The interface of the most specific connected route in the output of {@code ip -j route show match}: a route
     * through a gateway does not lead to the address's own network. Among equals, the one with the smallest metric.
     */
    static Optional<String> connectedInterface(String json) throws JsonProcessingException {
        List<JsonNode> routes = new ArrayList<>();
        for (JsonNode route : array(json)) {
            if (route.hasNonNull("dev") && !route.has("gateway") && !route.has("via") && prefixOf(route) > 0) {
                routes.add(route);
            }
        }
        return routes.stream()
                .min(Comparator.<JsonNode>comparingInt(route -> -prefixOf(route))
                        .thenComparingLong(route -> route.path("metric").asLong(0)))
                .map(route -> route.path("dev").asText());
    }

    private static NetworkLink link(JsonNode link) {
        Set<String> flags = new HashSet<>();
        link.path("flags").forEach(flag -> flags.add(flag.asText()));
        List<NetworkLink.Assigned> addresses = new ArrayList<>();
        for (JsonNode info : link.path("addr_info")) {
            IpLiteral.parse(info.path("local").asText(""))
                    .ifPresent(address -> addresses.add(new NetworkLink.Assigned(
                            address, info.path("prefixlen").asInt())));
        }
        Optional<MacAddress> mac = link.path("link_type").asText("").equals("ether")
                ? Optional.of(new MacAddress(link.path("address").asText()))
                : Optional.empty();
        return new NetworkLink(link.path("ifindex").asInt(), link.path("ifname").asText(), flags, mac, addresses);
    }

    private static int prefixOf(JsonNode route) {
        String destination = route.path("dst").asText("default");
        int slash = destination.indexOf('/');
        if (slash >= 0) {
            return Integer.parseInt(destination.substring(slash + 1));
        }
        return IpLiteral.parse(destination).map(IpLiteral::bits).orElse(0);
    }

    private static JsonNode array(String json) throws JsonProcessingException {
        return json.isBlank() ? JSON.createArrayNode() : JSON.readTree(json);
    }
}
