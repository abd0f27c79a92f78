flask startbox sales
flask startapp shop sales
