package io.releve.pacemaker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a large CIB: groups of five primitives, of ten primitives one location, one colocation and one order, and the
 * history of a cluster that runs them all.
 *
 * @param nodes the number of nodes
 * @param resources the number of primitives
 * @param probes whether every node has looked for every resource, as running clusters have
 */
record LargeCib(int nodes, int resources, boolean probes) {

    private static final String AGENT = " class='ocf' provider='heartbeat' type='Dummy'";

    void write(Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write(
                    "<cib validate-with='pacemaker-3.9' have-quorum='1' dc-uuid='1' epoch='1'>\n<configuration>\n"
                            + "<crm_config><cluster_property_set id='cib-bootstrap-options'>"
                            + "<nvpair id='p1' name='stonith-enabled' value='false'/></cluster_property_set></crm_config>\n<nodes>\n");
            for (int n = 1; n <= nodes; n++) {
                out.write("<node id='" + n + "' uname='node" + n + "'/>\n");
            }
            out.write("</nodes>\n<resources>\n");
            for (int g = 0; g < resources / 5; g++) {
                group(out, g);
            }
            out.write("</resources>\n<constraints>\n");
            for (int g = 0; g + 1 < resources / 5; g += 2) {
                constraints(out, g);
            }
            out.write("</constraints>\n</configuration>\n<status>\n");
            for (int n = 1; n <= nodes; n++) {
                node(out, n);
            }
            out.write("</status>\n</cib>\n");
        }
    }

    private static void group(Writer out, int g) throws IOException {
        out.write("<group id='g" + g + "'>\n");
        for (int r = g * 5; r < g * 5 + 5; r++) {
            out.write("<primitive id='r" + r + "'" + AGENT + "><instance_attributes id='r" + r
                    + "-ia'>\n  <nvpair id='r" + r + "-state' name='state' value='/run/r" + r
                    + "'/>\n</instance_attributes><operations>\n  <op id='r" + r
                    + "-monitor' name='monitor' interval='10s' timeout='20s'/>\n  <op id='r" + r
                    + "-start' name='start' interval='0' timeout='20s'/>\n</operations></primitive>\n");
        }
        out.write("</group>\n");
    }

    private void constraints(Writer out, int g) throws IOException {
        out.write("<rsc_location id='l" + g + "' rsc='g" + g + "' node='node" + (g % nodes + 1) + "' score='100'/>\n"
                + "<rsc_colocation id='c" + g + "' rsc='g" + g + "' with-rsc='g" + (g + 1) + "' score='50'/>\n"
                + "<rsc_order id='o" + g + "' first='g" + g + "' then='g" + (g + 1) + "' kind='Optional'/>\n");
    }

    private void node(Writer out, int n) throws IOException {
        out.write("<node_state id='" + n + "' uname='node" + n
                + "' in_ccm='true' crmd='online' join='member' expected='member' crm-debug-origin='do_update_resource'>\n"
                + "<lrm id='" + n + "'><lrm_resources>\n");
        for (int r = 0; r < resources; r++) {
            boolean here = r / 5 % nodes == n - 1;
            if (here || probes) {
                out.write("<lrm_resource id='r" + r + "'" + AGENT + ">\n");
                if (here) {
                    result(out, n, r, "start", 0, r * 3 + 1);
                    result(out, n, r, "monitor", 10_000, r * 3 + 2);
                } else {
                    result(out, n, r, "monitor", 0, r * 3);
                }
                out.write("</lrm_resource>\n");
            }
        }
        out.write("</lrm_resources></lrm>\n</node_state>\n");
    }

    private static void result(Writer out, int n, int r, String operation, int interval, int call) throws IOException {
        out.write("  <lrm_rsc_op id='r" + r + "_" + operation + "_" + interval + "' operation_key='r" + r + "_"
                + operation + "_"
                + interval + "' operation='" + operation
                + "' crm-debug-origin='do_update_resource' crm_feature_set='3.19.0'"
                + " transition-key='" + r + ":3:0:3d4a8a39-7d4f-4f2f-8e70-0d39e5a4b9f1' transition-magic='0:0;" + r
                + ":3:0:3d4a8a39-7d4f-4f2f-8e70-0d39e5a4b9f1' exit-reason='' on_node='node" + n + "' call-id='" + call
                + "' rc-code='0' op-status='0' interval='" + interval + "' last-rc-change='1700000000' exec-time='12'"
                + " queue-time='0' op-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/>\n");
    }
}
