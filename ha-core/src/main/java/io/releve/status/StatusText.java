package io.releve.status;

import io.releve.model.Role;
import io.releve.status.ClusterStatus.Failure;
import io.releve.status.ClusterStatus.NodeCondition;
import io.releve.status.ClusterStatus.ResourceStatus;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The status as text in the manner of {@code crm_mon -1}. */
final class StatusText {

    private final StringBuilder out = new StringBuilder();
    private final List<Failure> failures;

    private StatusText(List<Failure> failures) {
        this.failures = failures;
    }

    static String of(ClusterStatus status) {
        StatusText text = new StatusText(status.failures());
        text.summary(status);
        text.nodes(status);
        text.resources(status.resources());
        text.failures(status.failures());
        text.fencing(status.fencing());
        return text.out.toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private void summary(ClusterStatus status) {
        line("Cluster Summary:");
        line("  * Cluster name: " + status.cluster());
        line("  * Stack: releve (ZooKeeper"
                + (status.inTouch() ? ")" : " is out of reach: this is what was last known)"));
        line("  * Current controller: " + status.controller().orElse("none"));
        line("  * Last updated: " + status.at().truncatedTo(ChronoUnit.MILLIS));
        line("  * " + count(status.nodes().size(), "node") + " configured");
        line("  * " + count(instances(status.resources()), "resource instance") + " active");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static long instances(List<ResourceStatus> resources) {
        return resources.stream()
                .mapToLong(resource ->
                        resource.members().isEmpty() ? resource.active().size() : instances(resource.members()))
                .sum();
    }

    private void nodes(ClusterStatus status) {
        line("");
        line("Node List:");
        Map<NodeCondition, List<String>> byCondition = status.nodes().entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        java.util.TreeMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        byCondition.forEach((condition, names) -> {
            switch (condition) {
                case ONLINE -> line("  * Online: " + brackets(names));
                case OFFLINE -> line("  * OFFLINE: " + brackets(names));
                case STANDBY -> names.forEach(name -> line("  * Node " + name + ": standby"));
                case PENDING -> names.forEach(name -> line("  * Node " + name + ": pending"));
                case UNCLEAN -> names.forEach(name -> line("  * Node " + name + ": UNCLEAN"));
            }
        });
    }

    private static String brackets(List<String> names) {
        return "[ " + String.join(" ", names) + " ]";
    }

    private void resources(List<ResourceStatus> resources) {
        line("");
        line("Full List of Resources:");
        if (resources.isEmpty()) {
            line("  * No resources");
        }
        for (ResourceStatus resource : resources) {
            switch (resource.kind()) {
                case PRIMITIVE -> primitive("  ", resource);
                case GROUP -> {
                    line("  * Resource Group: " + resource.id() + ":");
                    resource.members().forEach(member -> primitive("    ", member));
                }
                case CLONE -> clone(resource, false);
                case PROMOTABLE_CLONE -> clone(resource, true);
            }
        }
    }

    private void primitive(String indent, ResourceStatus resource) {
        String place = resource.active().isEmpty()
                ? "Stopped"
                : resource.active().entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
        String blocked = failures.stream()
                .filter(failure -> failure.operation().equals("stop")
                        && failure.resourceId().equals(resource.id()))
                .map(failure -> ", could not be stopped on " + failure.node() + " (blocked)")
                .collect(Collectors.joining());
        line(indent + "* " + resource.id() + "\t(" + resource.agent() + "):\t " + place + blocked);
    }

    private void clone(ResourceStatus clone, boolean promotable) {
        ResourceStatus member = clone.members().get(0);
        line("  * Clone Set: " + clone.id() + " [" + member.id() + "]" + (promotable ? " (promotable)" : "") + ":");
        boolean any = false;
        for (Role role : List.of(Role.PROMOTED, Role.UNPROMOTED, Role.STARTED)) {
            List<String> names = clone.active().entrySet().stream()
                    .filter(entry -> entry.getValue() == role)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!names.isEmpty()) {
                line("    * " + role + ": " + brackets(names));
                any = true;
            }
        }
        if (!any) {
            line("    * Stopped");
        }
    }

    private void failures(List<Failure> failures) {
        if (failures.isEmpty()) {
            return;
        }
        line("");
        line("Failed Resource Actions:");
        for (Failure failure : failures) {
            line("  * " + failure.resourceId() + " " + failure.operation() + " on " + failure.node() + " returned "
                    + failure.code() + " at " + failure.at().truncatedTo(ChronoUnit.SECONDS) + ": "
                    + failure.reason());
        }
    }

    private void fencing(List<FencingStatus> fencing) {
        section(
                "Pending Fencing Actions:",
                fencing.stream().filter(one -> !one.isDone()).toList());
        section(
                "Fencing History:",
                fencing.stream().filter(FencingStatus::isDone).toList());
    }

    private void section(String title, List<FencingStatus> all) {
        if (!all.isEmpty()) {
            line("");
            line(title);
            all.forEach(one -> line("  * " + one));
        }
    }
}
