package io.releve.mysql.server;

import io.releve.agent.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a unit of systemd must be like that runs a server for the cluster. Pure. */
final class UnitRules {

    private UnitRules() {}

    /**
     * Everything that is wrong with a unit; empty if all is well.
     *
     * @param unit its name
     * @param user who runs this JVM
     * @param properties what {@code systemctl show} says
     */
    static List<Outcome> problems(String unit, InstanceFiles files, String user, Map<String, String> properties) {
        if (!properties.getOrDefault("LoadState", "").equals("loaded")) {
            return List.of(Outcome.notInstalled("systemd has no unit " + unit + " that it can load (LoadState="
                    + properties.getOrDefault("LoadState", "") + "); make it, or look at systemctl status " + unit));
        }
        List<Outcome> problems = new ArrayList<>();
        String restart = properties.getOrDefault("Restart", "no");
        if (!restart.equals("no")) {
            problems.add(Outcome.badParameter(unit + " has Restart=" + restart
                    + ": systemd would bring the server back when the cluster has ended it, with the configuration of its"
                    + " former role; set Restart=no"));
        }
        String enabled = properties.getOrDefault("UnitFileState", "");
        if (enabled.startsWith("enabled")) {
            problems.add(
                    Outcome.badParameter(unit + " is " + enabled + ": systemd would start the server at boot, with the"
                            + " configuration of its former role; when it runs decides the cluster: systemctl disable "
                            + unit));
        }
        String runs = properties.getOrDefault("User", "").isEmpty() ? "root" : properties.getOrDefault("User", "");
        if (!runs.equals(user)) {
            problems.add(Outcome.badParameter(unit + " has User=" + properties.getOrDefault("User", "")
                    + " and this JVM is run"
                    + " by " + user + ": the server could not read what the agent writes for it; set User=" + user
                    + ", or run the JVM as " + runs));
        }
        String command = properties.getOrDefault("ExecStart", "");
        if (!command.contains(files.argument())) {
            problems.add(Outcome.badParameter(unit + " does not run a server with " + files.argument() + " (ExecStart="
                    + command + "): it would have another configuration than the agent's; set"
                    + " ExecStart=/usr/sbin/mariadbd " + files.argument() + ", or the like"));
        }
        if (command.contains("mysqld_safe") || command.contains("mariadbd-safe")) {
            problems.add(
                    Outcome.badParameter(unit + " runs " + command + ", which starts the server again when the cluster"
                            + " has ended it; run mariadbd or mysqld itself"));
        }
        return problems;
    }
}
