package io.releve.mysql.server;

import java.nio.file.Path;

/** Who starts and ends the process of a server; see {@link MySqlAgentBuilder#supervision}. */
public sealed interface Supervision {

    /** The agent itself. */
    record Child() implements Supervision {}

    /**
     * systemd, on the agent's word.
     *
     * @param unit the service that runs the server, the same on every node; {@code .service} if it has no ending
     * @param systemctl the program by which systemd is told, absolute
     */
    record SystemdUnit(String unit, Path systemctl) implements Supervision {

        /** With its ending. */
        String name() {
            return unit.contains(".") ? unit : unit + ".service";
        }
    }

    /** Somebody else. */
    record Attached() implements Supervision {}

    /**
     * The agent starts the server's program, in a session of its own that outlives the JVM. The server stays in the control
     * group of the JVM: where systemd runs that as a service, it also ends the server with it, unless the service has {@code
     * KillMode=process}.
     */
    static Supervision child() {
        return new Child();
    }

    /**
     * The agent has systemd start and stop a unit, and so the server is in a control group of its own, with the unit's limits.
     * The agent writes the server's {@code my.cnf} as ever; the unit runs the server's program with {@code
     * --defaults-file=DIRECTORY/my.cnf}, as the user that runs the JVM. When it runs decides the cluster: the unit has {@code
     * Restart=no} and is not enabled. The agent refuses to start another one, and names all that is wrong with it. Telling
     * systemd needs the right to do so: root, or a rule of polkit.
     *
     * @param unit the service, for example {@code mysql@3306.service}; {@code .service} if it has no ending
     */
    static Supervision systemd(String unit) {
        return new SystemdUnit(unit, Path.of("/usr/bin/systemctl"));
    }

    /**
     * Somebody else starts and ends the server, and writes its {@code my.cnf}. The agent takes it on when it is there and set up
     * as the promises need it, and manages its accounts, replication, role and lease over SQL. It never ends the server's process:
     * a start fails while the server is down, and a stop closes the server to writes, stops its replication, and leaves it
     * running. Only for a primary and its replicas.
     */
    static Supervision attached() {
        return new Attached();
    }
}
