flask removeapp dashboard --yes
